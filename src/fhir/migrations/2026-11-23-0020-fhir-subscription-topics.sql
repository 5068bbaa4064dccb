-- What a subscription is told of, how much each notification says, and what was told: a client that missed some asks for them again ($events).
alter table fhir.subscription
  add column topic text not null default 'urn:cigogne:topic:new-report',
  add column content text not null default 'id-only' check (content in ('empty', 'id-only'));
alter table fhir.subscription_event add column kind text not null default 'report-stored';

create table fhir.subscription_told (
  subscription_id uuid not null references fhir.subscription on delete cascade,
  -- from 1, without a hole
  number int not null,
  patient_id uuid not null,
  document_id uuid not null,
  kind text not null,
  structure text not null,
  set_id text not null,
  results int not null,
  at timestamptz not null,
  primary key (subscription_id, number)
);
select access.protect('fhir.subscription_told');
