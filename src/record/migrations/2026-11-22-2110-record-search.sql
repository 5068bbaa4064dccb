-- Documents whose text has still to be made searchable; fed from the outbox.
create table record.index_queue (
  patient_id uuid not null,
  document_id uuid not null,
  queued_at timestamptz not null default now(),
  primary key (patient_id, document_id)
);
create index index_queue_by_age on record.index_queue (queued_at);

-- The words of a document, from its headings. Searched one patient at a time, among documents already known to be open to the reader: the key
-- is enough, and no index tells of words across patients.
create table record.document_text (
  patient_id uuid not null,
  document_id uuid not null,
  text text not null,
  words tsvector not null,
  primary key (patient_id, document_id)
);

-- Those stored before there was a search.
insert into record.index_queue (patient_id, document_id, queued_at) select patient_id, document_id, received_at from record.document;
