-- That a patient was told of an emergency in which their record was opened without their word: how, when, by whom. The emergency itself is the
-- event of the audit (its chain and its place in it). Rows are only added.
create table access.emergency_told (
  patient_id uuid not null,
  sequence bigint not null,
  how text not null check (how in ('screen', 'mail', 'letter')),
  at timestamptz not null,
  told_by text not null,
  primary key (patient_id, sequence, how)
);
select access.protect('access.emergency_told');
create index audit_event_emergencies on access.audit_event (at) where action = 'break-glass.declare' and allowed;
