-- A part of the audit put away after its period: a signed statement of where each chain was cut. Each names the hash of the one before.
create table access.audit_archive (
  number bigint primary key,
  at timestamptz(3) not null,
  -- Events put away are all before this instant.
  before timestamptz(3) not null,
  previous_hash bytea not null,
  hash bytea not null,
  -- JWS compact (RFC 7515) over the fields above and the root of the places.
  statement text not null
);
-- The last event of each chain that was put away: the next one follows it.
create table access.audit_archive_head (
  chain uuid not null,
  number bigint not null,
  sequence bigint not null,
  hash bytea not null,
  primary key (chain, number)
);
create index audit_archive_head_of on access.audit_archive_head (number);
revoke all on access.audit_archive, access.audit_archive_head from cigogne_reader;

create trigger audit_archive_is_append_only before update or delete or truncate on access.audit_archive
  for each statement execute function access.refuse_change();
create trigger audit_archive_head_is_append_only before update or delete or truncate on access.audit_archive_head
  for each statement execute function access.refuse_change();

-- An event goes away only once an archive holds it.
drop trigger audit_event_is_append_only on access.audit_event;
create trigger audit_event_is_append_only before update or truncate on access.audit_event
  for each statement execute function access.refuse_change();
create function access.refuse_loss() returns trigger language plpgsql as $$
begin
  if exists (select from access.audit_archive_head a where a.chain = old.chain and a.sequence >= old.sequence) then
    return old;
  end if;
  raise exception 'the audit is append-only: delete on audit_event is refused before its archive' using errcode = 'insufficient_privilege';
end $$;
create trigger audit_event_is_archived_first before delete on access.audit_event
  for each row execute function access.refuse_loss();
