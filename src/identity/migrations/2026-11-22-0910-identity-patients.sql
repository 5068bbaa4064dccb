create schema identity;

-- The people of the region. A small table beside the data it leads to: where patient data are spread over several servers,
-- it is copied to each (reference table), so it may have keys of its own.
create table identity.patient (
  patient_id uuid primary key,
  birth_family text not null,
  birth_givens text not null,
  first_birth_given text not null,
  used_family text,
  used_given text,
  sex text not null check (sex in ('M', 'F', 'UN')),
  -- YYYY-MM-DD as text: a day or a month may be unknown (00), which the type date cannot hold
  birth_date text not null check (birth_date ~ '^\d{4}-\d{2}-\d{2}$'),
  birth_cog text,
  birth_place_label text,
  status text not null check (status in ('provisional', 'retrieved', 'validated', 'qualified')),
  ins_oid text,
  ins_value text,
  attributes text[] not null default '{}',
  deceased_on text,
  -- FINESS of the structure whose document made this record, null when a person made it
  received_from text,
  -- made from the names by traits.ts, never shown
  compared_family text not null,
  search_family text not null,
  search_words text not null,
  sound text not null,
  -- the record that a person of the identity cell merged this one into; the documents stay where they are
  merged_into uuid references identity.patient,
  created_at timestamptz not null,
  check ((ins_oid is null) = (ins_value is null)),
  check (ins_oid is null or status in ('retrieved', 'qualified'))
);
create index patient_birth on identity.patient (birth_date, compared_family);
create index patient_sound on identity.patient (sound);
create index patient_merged on identity.patient (merged_into) where merged_into is not null;

-- One INS, one record: unique over the region whatever the distribution of patient data, hence a table of its own.
create table identity.ins (
  oid text not null,
  value text not null,
  patient_id uuid not null references identity.patient,
  primary key (oid, value)
);
create index ins_patient on identity.ins (patient_id);

-- A patient as a sender knows them: their number in the sender's own domain, with the traits printed when a person linked it.
create table identity.source_identity (
  sender_finess text not null,
  domain text not null,
  local_id text not null,
  patient_id uuid not null references identity.patient,
  -- the strict traits at the time of the link, normalised: another print of them breaks the link
  fingerprint text not null,
  state text not null check (state in ('linked', 'broken')),
  linked_by text not null,
  linked_at timestamptz not null,
  primary key (sender_finess, domain, local_id)
);
create index source_identity_patient on identity.source_identity (patient_id);

-- Arrivals that no rule could join: the worklist of the identity cell. Never a clinical value.
create table identity.waiting (
  waiting_id uuid primary key,
  deposit_id text not null unique,
  sender_finess text not null,
  sender_name text not null,
  received_at timestamptz not null,
  reason text not null,
  -- traits and identifiers as printed: {"traits": …, "ids": […]}
  printed jsonb not null,
  fingerprint text not null,
  state text not null default 'waiting' check (state in ('waiting', 'linked', 'created', 'refused')),
  patient_id uuid references identity.patient,
  decided_at timestamptz
);
create index waiting_open on identity.waiting (received_at) where state = 'waiting';
create index waiting_alike on identity.waiting (sender_finess, fingerprint) where state = 'waiting';

-- Who decided what about an identity, when and why. Rows are only ever added.
create table identity.decision (
  decision_id uuid primary key,
  at timestamptz not null,
  who text not null,
  who_name text not null,
  action text not null,
  patient_id uuid,
  waiting_id uuid,
  before jsonb,
  after jsonb,
  reason text not null
);
create index decision_patient on identity.decision (patient_id, at);
create index decision_waiting on identity.decision (waiting_id) where waiting_id is not null;

create function identity.history_is_kept() returns trigger language plpgsql as
$$ begin raise exception 'the history of identity decisions is only ever added to'; end $$;
create trigger history_is_kept before update or delete or truncate on identity.decision
  for each statement execute function identity.history_is_kept();
