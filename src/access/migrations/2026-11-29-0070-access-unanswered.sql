-- What was asked behind the door and could not be answered: the event of the asking stands in its chain, and is told with this beside it.
create table access.unanswered (
  patient_id uuid not null,
  at timestamptz(3) not null,
  actor text not null,
  object text not null,
  primary key (patient_id, at, actor, object)
);
alter table access.unanswered enable row level security;
create policy added_by_anyone on access.unanswered for insert to cigogne_reader with check (true);
create policy opened_by_the_door on access.unanswered for select to cigogne_reader
  using (patient_id = any ((select access.records_open())::uuid[]));
revoke update, delete on access.unanswered from cigogne_reader;
