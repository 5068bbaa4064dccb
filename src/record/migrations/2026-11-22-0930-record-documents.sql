-- The record: what was received, byte for byte, and what was read in it. Rows are added, never changed in place:
-- which version of a report is current is computed from all of them (src/record/versions.ts).
-- patient_id leads every key of patient data, so that these tables can be spread by patient.

create schema record;

-- One row for each deposit taken: its receipt, and the proof that the same bytes are never stored twice.
-- Keyed by the digest of the bytes and not by the patient, who may not be known yet.
create table record.deposit (
  sha256 bytea primary key,
  deposit_id uuid not null,
  sender_id text not null,
  unique_id text not null,
  state text not null check (state in ('stored', 'identity', 'refused')),
  patient_id uuid,
  document_id uuid,
  received_at timestamptz not null,
  settled_at timestamptz
);
create unique index deposit_by_id on record.deposit (deposit_id);
-- The same document identifier with other bytes is an error of the sender, whoever sends it.
create unique index deposit_unique_id on record.deposit (unique_id);

-- A deposit whose patient is not decided yet: the original waits here.
create table record.waiting_original (
  deposit_id uuid primary key,
  bytes bytea not null,
  media_type text not null
);
alter table record.waiting_original alter column bytes set storage external;

-- Originals that were refused: kept for a while, so that sender and region can look at what went wrong.
create table record.quarantine (
  sha256 bytea not null,
  sender_id text not null,
  deposit_id uuid not null unique,
  structures text[] not null,
  code text not null,
  at text,
  message text not null,
  media_type text not null,
  bytes bytea not null,
  first_received_at timestamptz not null,
  last_received_at timestamptz not null,
  times int not null default 1,
  primary key (sha256, sender_id)
);
alter table record.quarantine alter column bytes set storage external;
create index quarantine_by_age on record.quarantine (last_received_at);

-- One row per version of a document. `head` and `results` are JSON text exactly as the screens get it: reading a patient is
-- reading these rows, nothing is rebuilt. One row per report and not per result: half the bytes, several times faster to read.
create table record.document (
  patient_id uuid not null,
  document_id uuid not null,
  unique_id text not null,
  set_id text not null,
  version int not null,
  replaces text[] not null,
  structure text not null,
  status text not null,
  sampled_at timestamptz not null,
  received_at timestamptz not null,
  head text not null,
  results text not null,
  primary key (patient_id, document_id)
);
alter table record.document alter column head set storage main;
alter table record.document alter column results set storage main;

-- The original, byte-exact. When it encloses a PDF, those bytes stand once, decoded, in record.pdf, and `pdf_at` says at which
-- byte of the document their base64 has to be put back.
create table record.original (
  patient_id uuid not null,
  document_id uuid not null,
  sha256 bytea not null,
  media_type text not null,
  size_bytes int not null,
  zstd bytea not null,
  pdf_at int,
  primary key (patient_id, document_id)
);
alter table record.original alter column zstd set storage external;

create table record.pdf (
  patient_id uuid not null,
  document_id uuid not null,
  bytes bytea not null,
  primary key (patient_id, document_id)
);
alter table record.pdf alter column bytes set storage external;

-- What has still to be done about a change, written in the statement that makes the change.
create table record.outbox (
  patient_id uuid not null,
  event_id uuid not null,
  kind text not null,
  document_id uuid not null,
  set_id text not null,
  structure text not null,
  laboratory text not null,
  results int not null,
  is_correction boolean not null,
  primary key (patient_id, event_id)
);

-- Versions of one report that contradict one another: a person has to decide.
create table record.version_conflict (
  patient_id uuid not null,
  set_id text not null,
  document_ids uuid[] not null,
  seen_at timestamptz not null default now(),
  primary key (patient_id, set_id)
);
