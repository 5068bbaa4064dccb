-- What the connector of a practice received, and where it filed it. Rows are added, never changed. A practice has its own database: nothing
-- here refers to the record of the region.
create schema practice;

-- What the practice's software says of its patients; a change is a new row.
create table practice.patient (
  patient_id uuid not null,
  noted_at timestamptz not null,
  number text not null,
  ins_oid text,
  ins text,
  is_qualified boolean not null,
  traits jsonb not null,
  primary key (patient_id, noted_at)
);
create index patient_by_number on practice.patient (number, noted_at desc);

-- One document, whatever the number of ways by which it came. The original is what arrived for it, byte for byte.
create table practice.document (
  document_id uuid primary key,
  unique_id text not null unique,
  set_id text,
  version integer not null,
  title text not null,
  producer text,
  issued_at text,
  printed jsonb,
  results jsonb not null,
  media_type text not null,
  sha256 bytea not null,
  original bytea not null,
  received_at timestamptz not null
);
create index document_by_set on practice.document (set_id) where set_id is not null;

-- Each way by which a document came: a mail (its Message-ID) or a file (its name). The receipt goes where the mail asked.
create table practice.arrival (
  document_id uuid not null references practice.document,
  channel text not null check (channel in ('mail', 'folder')),
  reference text not null,
  receipt_to text,
  arrived_at timestamptz not null,
  primary key (document_id, channel, reference)
);

-- What was done with a document, by whom and why; the last step of filing says where it is.
create table practice.step (
  step_id bigint generated always as identity primary key,
  document_id uuid not null references practice.document,
  kind text not null check (kind in ('filed', 'triage', 'unfiled', 'refused', 'withdrawn', 'seen')),
  patient_id uuid,
  reason text not null,
  done_by text not null,
  done_at timestamptz not null,
  check (kind <> 'filed' or patient_id is not null)
);
create index step_of_document on practice.step (document_id, step_id);

-- What was handed to the practice's software for a step.
create table practice.output (
  step_id bigint not null references practice.step,
  format text not null,
  written_at timestamptz not null,
  primary key (step_id, format)
);

-- What the sender of a mail was told.
create table practice.receipt (
  document_id uuid not null references practice.document,
  reference text not null,
  kind text not null check (kind in ('processed', 'refused', 'displayed')),
  sent_at timestamptz not null,
  primary key (document_id, reference, kind)
);

-- What could not be opened, with its bytes: a person looks at it.
create table practice.fault (
  sha256 bytea primary key,
  channel text not null,
  reference text not null,
  code text not null,
  place text,
  message text not null,
  bytes bytea not null,
  at timestamptz not null
);
