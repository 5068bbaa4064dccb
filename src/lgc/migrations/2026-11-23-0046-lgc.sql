-- The demonstration software of a practice, in the practice's own database: its patients, the documents it was given, who read what.
create schema lgc;

create table lgc.patient (
  patient_id uuid primary key,
  -- The number that the practice gave.
  number text not null unique,
  ins_oid text,
  ins text,
  is_qualified boolean not null,
  traits jsonb not null,
  -- Users who treat the patient beside the doctors: `rpps:8…`.
  team text[] not null
);

create table lgc.document (
  document_id uuid primary key,
  patient_id uuid not null references lgc.patient,
  unique_id text not null,
  set_id text,
  replaces text[] not null,
  status text not null check (status in ('current', 'entered-in-error')),
  title text not null,
  type text not null,
  producer text not null,
  -- When it was issued, as the sender says; when it was put here.
  issued_at timestamptz not null,
  put_at timestamptz not null,
  media_type text not null,
  bytes bytea not null,
  -- JSON of StoredResult[]; empty for what is no report of biology.
  results text not null
);
create index document_of_patient on lgc.document (patient_id, issued_at desc);
create index document_by_unique_id on lgc.document (unique_id);

-- What the connector asked to be read.
create table lgc.task (
  task_id uuid primary key,
  filing text not null unique,
  document_id uuid not null references lgc.document,
  status text not null check (status in ('requested', 'completed', 'cancelled')),
  -- Who ordered it, and who gets a copy: `rpps:8…`.
  owner text,
  recipients text[] not null,
  owner_name text,
  changed_at timestamptz not null
);
create index task_of_document on lgc.task (document_id);
create index task_by_change on lgc.task (changed_at) where status = 'completed';

-- Who looked at what, and did what.
create table lgc.event (
  event_id bigint generated always as identity primary key,
  at timestamptz not null,
  user_id text not null,
  user_name text not null,
  act text not null,
  patient_id uuid,
  object text
);
