-- Versions that contradict one another, kept by structure: its biologists are the ones who decide.
drop table record.version_conflict;
create table record.version_conflict (
  patient_id uuid not null,
  structure text not null,
  set_id text not null,
  document_ids uuid[] not null,
  seen_at timestamptz not null default now(),
  primary key (patient_id, structure, set_id)
);
create index version_conflict_by_structure on record.version_conflict (structure, seen_at);

-- What a biologist decided: this document is the right one among those it contradicts.
create table record.version_choice (
  patient_id uuid not null,
  document_id uuid not null,
  chosen_by text not null,
  chosen_at timestamptz not null,
  reason text not null,
  primary key (patient_id, document_id)
);

create index document_by_set on record.document (patient_id, set_id);
