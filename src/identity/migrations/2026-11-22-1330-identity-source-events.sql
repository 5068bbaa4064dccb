-- What each sender says of its own patients besides their documents (HL7 v2 ADT): admissions, discharges, corrections, merges. A source
-- identity never makes a record of the region. Rows are only ever added; what is current is the latest that happened.
create table identity.source_event (
  sender_finess text not null,
  domain text not null,
  local_id text not null,
  -- MSH-10: the same message again changes nothing
  control_id text not null,
  event text not null check (event in ('A01', 'A03', 'A04', 'A08', 'A40')),
  happened_at text not null,
  received_at timestamptz not null,
  traits jsonb not null,
  fingerprint text not null,
  -- the stay or consultation that the event is about, as received
  visit jsonb,
  -- A40: the number given up for this one
  prior_id text,
  primary key (sender_finess, domain, local_id, happened_at, control_id)
);
create trigger source_event_is_kept before update or delete or truncate on identity.source_event
  for each statement execute function identity.history_is_kept();

-- Two records that a sender, or the national service, says are one person: a person of the identity cell decides.
create table identity.duplicate (
  patient_id uuid not null,
  other_id uuid not null,
  told_by text not null,
  told_at timestamptz not null,
  -- set when a person has looked: merged, or two people
  settled_at timestamptz,
  primary key (patient_id, other_id),
  check (patient_id < other_id)
);
create index duplicate_open on identity.duplicate (told_at) where settled_at is null;
