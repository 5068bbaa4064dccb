-- What makes the status of an identity, apart: when the national service confirmed the INS, and which document was checked.
alter table identity.patient
  add column insi_at timestamptz,
  add column document text;
-- Who was registered before this table of events existed keeps the status they had.
update identity.patient set insi_at = created_at where status = 'qualified' or (status = 'retrieved' and received_from is null);
update identity.patient set document = 'register' where status in ('validated', 'qualified');
-- An INS that a sender printed is held to recognise the next prints, whatever the status: it leaves the region only when qualified (permits.ts).
alter table identity.patient drop constraint patient_check1;

-- The whole life of each identity. Rows are only ever added: the row of identity.patient is what they add up to.
create table identity.event (
  patient_id uuid not null,
  event_id uuid not null default gen_random_uuid(),
  -- the order of events of one transaction
  n bigint generated always as identity,
  at timestamptz not null,
  kind text not null,
  who text not null,
  who_name text not null,
  -- the person's own words, or the rule
  reason text not null,
  -- what changed, as it was and as it became
  before jsonb,
  after jsonb,
  -- the event that this one takes back
  undoes uuid,
  primary key (patient_id, event_id)
);
create trigger event_is_kept before update or delete or truncate on identity.event
  for each statement execute function identity.history_is_kept();

insert into identity.event (patient_id, at, kind, who, who_name, reason, after)
select patient_id, created_at, 'created', 'source:register', 'register', 'registered before events were kept',
  jsonb_build_object('status', status) from identity.patient;

-- The identity of each arrival that waits, by the matricule it prints: looked for when that matricule changes hands.
create index waiting_ids on identity.waiting using gin ((printed -> 'ids') jsonb_path_ops) where state = 'waiting';
