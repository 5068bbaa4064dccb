-- The exchange: what has to be sent on, to whom, and all that happened on the way. patient_id leads keys of patient data.
create schema exchange;

-- What the record told of and is not routed yet: written in the transaction that takes the record's event, so none is lost.
create table exchange.dispatch (
  patient_id uuid not null,
  event_id uuid not null,
  document_id uuid not null,
  kind text not null check (kind in ('stored', 'withdrawn')),
  noted_at timestamptz not null,
  tries int not null default 0,
  next_at timestamptz not null,
  routed_at timestamptz,
  -- Why it could not be routed the last time: a code, never a patient's data.
  fault text,
  -- What the rules said: JSON text of Routed.
  routed text,
  primary key (patient_id, event_id)
);
create index dispatch_due on exchange.dispatch (next_at) where routed_at is null;
create index dispatch_by_document on exchange.dispatch (patient_id, document_id);

-- One row for each destination of each document. What it says now; how it came to it is in exchange.attempt, where rows are only added.
create table exchange.delivery (
  patient_id uuid not null,
  delivery_id uuid not null,
  document_id uuid not null,
  unique_id text not null,
  set_id text not null,
  structure text not null,
  action text not null check (action in ('send', 'recall')),
  role text not null check (role in ('prescriber', 'copy')),
  -- Who should receive it: `rpps:8…`, `finess:…`; `name:…` without a national identifier, `nobody` when the document names none.
  recipient text not null,
  recipient_name text not null,
  address text,
  rule text not null,
  state text not null check (state in ('waiting', 'sent', 'delivered', 'read', 'held', 'dead', 'cancelled')),
  reason text,
  tries int not null default 0,
  created_at timestamptz not null,
  next_at timestamptz not null,
  -- A worker has it in hand until then; one that died gives it back by the clock.
  leased_until timestamptz,
  settled_at timestamptz,
  primary key (patient_id, delivery_id),
  unique (patient_id, document_id, action, recipient)
);
create index delivery_due on exchange.delivery (next_at) where state = 'waiting';
create index delivery_in_order on exchange.delivery (patient_id, set_id, recipient, delivery_id) where state = 'waiting';
create unique index delivery_by_id on exchange.delivery (delivery_id);
create index delivery_by_unique_id on exchange.delivery (unique_id);
create index delivery_to_mend on exchange.delivery (structure, created_at) where state in ('held', 'dead');

-- Everything tried and heard, one row each.
create table exchange.attempt (
  patient_id uuid not null,
  delivery_id uuid not null,
  attempt_id uuid not null,
  at timestamptz not null,
  step text not null,
  actor text not null,
  -- The words of the other side: an SMTP reply, a disposition. Never a patient's data.
  detail text,
  took_ms int,
  primary key (patient_id, delivery_id, attempt_id)
);

-- What was sent, byte for byte: written before the first try, the same bytes at each try to the same address.
create table exchange.message (
  patient_id uuid not null,
  delivery_id uuid not null,
  address text not null,
  message_id text not null,
  sha256 bytea not null,
  size_bytes int not null,
  zstd bytea not null,
  prepared_at timestamptz not null,
  primary key (patient_id, delivery_id, address)
);
alter table exchange.message alter column zstd set storage external;
create unique index message_by_id on exchange.message (message_id);

-- A destination that fails is left alone for a while: the relay of our operator, or the domain of another.
create table exchange.circuit (
  destination text primary key,
  failures int not null,
  open_until timestamptz not null,
  reason text not null
);

-- Notifications that answer no mail of ours: for a person to look at.
create table exchange.unmatched_receipt (
  receipt_id uuid primary key,
  received_at timestamptz not null,
  kind text not null,
  about text not null
);

select access.protect('exchange.dispatch'), access.protect('exchange.delivery'), access.protect('exchange.attempt'), access.protect('exchange.message');
