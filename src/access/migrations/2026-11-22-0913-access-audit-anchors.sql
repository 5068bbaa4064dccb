-- A signed statement, every minute that something happened, of where each chain that moved had come to. Each names the hash of the one before.
create table access.audit_anchor (
  number bigint primary key,
  at timestamptz(3) not null,
  previous_hash bytea not null,
  hash bytea not null,
  -- JWS compact (RFC 7515) over the fields above and the root of the heads.
  statement text not null
);
create table access.audit_anchor_head (
  chain uuid not null,
  number bigint not null,
  sequence bigint not null,
  hash bytea not null,
  primary key (chain, number)
);
create index audit_anchor_head_of on access.audit_anchor_head (number);

create trigger audit_anchor_is_append_only before update or delete or truncate on access.audit_anchor
  for each statement execute function access.refuse_change();
create trigger audit_anchor_head_is_append_only before update or delete or truncate on access.audit_anchor_head
  for each statement execute function access.refuse_change();
