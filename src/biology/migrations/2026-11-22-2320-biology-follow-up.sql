-- What those who treat a patient note beside the results, and the targets they set with the patient. Rows are added, never changed.
create schema biology;

-- A report seen, a comment, something to do, the one that says it is done (about), a call to the patient.
create table biology.note (
  patient_id uuid not null,
  note_id uuid not null,
  document_id uuid not null,
  kind text not null check (kind in ('seen', 'comment', 'task', 'done', 'call')),
  about uuid,
  words text,
  by_id text not null,
  by_name text not null,
  at timestamptz not null,
  primary key (patient_id, note_id),
  check ((kind = 'done') = (about is not null))
);
create unique index note_seen_once on biology.note (patient_id, document_id, by_id) where kind = 'seen';

-- The last row of a comparable row is the target in force; neither low nor high: lifted. The unit is that of the row when it was set.
create table biology.target (
  patient_id uuid not null,
  target_id uuid not null,
  row_key text not null,
  unit text,
  low double precision,
  high double precision,
  by_id text not null,
  by_name text not null,
  at timestamptz not null,
  primary key (patient_id, target_id)
);
create index target_by_row on biology.target (patient_id, row_key, at);

select access.protect('biology.note'), access.protect('biology.target');
