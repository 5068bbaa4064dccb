create schema access;

-- Who treats whom: history is kept, a link that ended keeps its line. The holder is a person (rpps:…) or a structure (structure:FINESS).
create table access.care_link (
  patient_id uuid not null,
  holder text not null,
  kind text not null check (kind in ('treating-doctor', 'care-team', 'consent', 'producer')),
  since timestamptz not null,
  until timestamptz,
  declared_by text not null,
  ended_by text,
  primary key (patient_id, holder, kind, since),
  check (holder not like 'structure:%' or kind in ('care-team', 'producer'))
);
create index care_link_of_holder on access.care_link (holder, patient_id);

-- One chain of events a patient: chain = patient_id. What concerns nobody in particular (a search) is in the chain of its actor.
-- The head is the lock: two readers of different patients never wait for one another.
create table access.audit_head (
  chain uuid primary key,
  sequence bigint not null,
  previous_hash bytea not null,
  hash bytea not null
) with (fillfactor = 70);

create table access.audit_event (
  chain uuid not null,
  sequence bigint not null,
  patient_id uuid check (patient_id is null or patient_id = chain),
  at timestamptz not null,
  actor text not null,
  actor_name text not null,
  role text not null,
  organisation text,
  organisation_name text,
  acts_for text,
  action text not null,
  object text,
  via text not null,
  mode text not null,
  allowed boolean not null,
  rule text not null,
  rights_version text not null,
  previous_hash bytea not null,
  hash bytea not null,
  primary key (chain, sequence)
);
-- Events of a period, for the data protection officer: arrival order is time order, so a summary of blocks is enough.
create index audit_event_at on access.audit_event using brin (at);

create function access.refuse_change() returns trigger language plpgsql as $$
begin
  raise exception 'the audit is append-only: % on % is refused', tg_op, tg_table_name using errcode = 'insufficient_privilege';
end $$;
create trigger audit_event_is_append_only before update or delete or truncate on access.audit_event
  for each statement execute function access.refuse_change();
create trigger audit_head_is_kept before delete or truncate on access.audit_head
  for each statement execute function access.refuse_change();

-- The head only moves one step forward, from the hash it had.
create function access.refuse_rewind() returns trigger language plpgsql as $$
begin
  if new.chain is distinct from old.chain or new.sequence <> old.sequence + 1 or new.previous_hash <> old.hash then
    raise exception 'the head of an audit chain only moves one event forward' using errcode = 'insufficient_privilege';
  end if;
  return new;
end $$;
create trigger audit_head_moves_forward before update on access.audit_head
  for each row execute function access.refuse_rewind();

create table access.session (
  id_hash bytea primary key,
  principal jsonb not null,
  opened_at timestamptz not null,
  seen_at timestamptz not null,
  ended_at timestamptz
);
create index session_of_person on access.session ((principal ->> 'id'));

-- What the embedded OpenID provider remembers: codes, grants, assertions already used.
create table access.oidc_item (
  model text not null,
  id text not null,
  payload jsonb not null,
  grant_id text,
  uid text,
  expires_at timestamptz,
  primary key (model, id)
);
create index oidc_item_of_grant on access.oidc_item (grant_id) where grant_id is not null;
create index oidc_item_by_uid on access.oidc_item (model, uid) where uid is not null;
