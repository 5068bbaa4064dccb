-- What newer rules make of results already stored. The first reading stays in record.document, each later one is a row here, so that what
-- was printed, what was made of it and by which version of the rules can be laid side by side. `results` has the shape of
-- record.document.results; the latest row is the one that screens get.
create table record.renormalised (
  patient_id uuid not null,
  document_id uuid not null,
  made_at timestamptz not null,
  rules text not null,
  results text not null,
  primary key (patient_id, document_id, made_at)
);
alter table record.renormalised alter column results set storage main;

-- The documents of one laboratory in the order they were stored (identifiers are in order of time): its codes are counted and its history
-- is normalised again along this index, from where the last batch stopped.
create index document_by_structure on record.document (structure, document_id);
