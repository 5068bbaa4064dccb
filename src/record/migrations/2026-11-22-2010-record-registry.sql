-- The registry: documents of every kind beside laboratory reports, which are entries of it too. What a report has of its own (`results`)
-- stays where it is; what other documents have of their own stands in `metadata`. Both keep their fields for the screens in `head`.
alter table record.document
  add column kind text not null default 'laboratory-report' check (kind in ('laboratory-report', 'document')),
  -- Row of the matrix of rights.
  add column category text not null default 'biology-report',
  -- By which door the first copy came: `deposit`, `screen`, `mssante`, `hl7v2`, `fhir`.
  add column channel text not null default 'deposit',
  -- Everything said about the document without opening it (JSON text of DocumentMetadata); null for a laboratory report, whose original says it.
  add column metadata text;
alter table record.document alter column metadata set storage main;

-- The same document by another channel: one document, several arrivals. The first one is the row of record.document.
create table record.arrival (
  patient_id uuid not null,
  document_id uuid not null,
  arrived_at timestamptz not null,
  channel text not null,
  sender_id text not null,
  sha256 bytea not null,
  primary key (patient_id, document_id, channel, sender_id, sha256)
);

-- What a document adds to, transforms or signs; what it replaces is in record.document, since versions are computed from it.
-- By identifier, because the other document may come later, or never.
create table record.relation (
  patient_id uuid not null,
  document_id uuid not null,
  kind text not null check (kind in ('APND', 'XFRM', 'signs')),
  target_unique_id text not null,
  primary key (patient_id, document_id, kind, target_unique_id)
);

-- What was sent together (IHE XDS SubmissionSet).
create table record.submission (
  patient_id uuid not null,
  unique_id text not null,
  source_id text not null,
  document_ids uuid[] not null,
  submitted_at timestamptz not null,
  -- JSON text of SubmissionSet.
  metadata text not null,
  primary key (patient_id, unique_id)
);

-- What people did with a document after it was stored: who hid it from whom, showed it again, archived it, withdrew it from reading.
-- What holds now is computed from all of it (src/record/standing.ts); nothing is overwritten.
create table record.document_event (
  patient_id uuid not null,
  event_id uuid not null,
  document_id uuid not null,
  kind text not null check (kind in ('hide', 'show', 'archive', 'restore', 'delete')),
  -- From whom it is hidden; null for what is not about visibility.
  mask text check (mask in ('MASQUE_PS', 'INVISIBLE_PATIENT', 'INVISIBLE_REPRESENTANTS_LEGAUX')),
  at timestamptz not null,
  actor text not null,
  actor_name text not null,
  role text not null,
  reason text,
  -- Who announces it to the patient, by when, and when that person is reminded.
  owner text,
  owner_name text,
  due_at timestamptz,
  remind_at timestamptz,
  primary key (patient_id, event_id),
  check ((kind in ('hide', 'show')) = (mask is not null)),
  check (mask is distinct from 'INVISIBLE_PATIENT' or kind = 'show' or (owner is not null and due_at is not null and remind_at is not null))
);
create index document_event_to_announce on record.document_event (owner, due_at) where mask = 'INVISIBLE_PATIENT' and kind = 'hide';

