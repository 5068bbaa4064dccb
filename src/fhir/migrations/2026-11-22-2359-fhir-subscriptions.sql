-- Who asked to be told of new reports, and through what. The rights of its holder are judged anew at each notification.
create table fhir.subscription (
  subscription_id uuid primary key,
  -- the person with their software, as they were when they asked
  principal jsonb not null,
  holder text not null,
  -- the record of one patient; null: of whoever they follow
  about uuid,
  channel text not null check (channel in ('rest-hook', 'websocket')),
  endpoint text,
  headers jsonb not null,
  heartbeat_seconds int,
  reason text,
  status text not null check (status in ('requested', 'active', 'error', 'off')),
  error text,
  -- notifications sent, without the heartbeats
  events int not null default 0,
  failures int not null default 0,
  -- when it was last called with success: heartbeats are counted from there, whatever else came and was not told
  spoken_at timestamptz,
  -- when a hook is to be called, at the latest
  next_at timestamptz not null,
  created_at timestamptz not null,
  ends_at timestamptz not null,
  -- what a socket is bound with, once
  bind_hash bytea,
  bind_until timestamptz
);
create index subscription_due on fhir.subscription (next_at) where channel = 'rest-hook' and status <> 'off';
create index subscription_holder on fhir.subscription (holder);

-- What happened and is not told yet.
create table fhir.subscription_event (
  patient_id uuid not null,
  subscription_id uuid not null references fhir.subscription on delete cascade,
  document_id uuid not null,
  structure text not null,
  set_id text not null,
  results int not null,
  at timestamptz not null,
  primary key (patient_id, subscription_id, document_id)
);
create index subscription_event_of on fhir.subscription_event (subscription_id, at);
select access.protect('fhir.subscription_event');
