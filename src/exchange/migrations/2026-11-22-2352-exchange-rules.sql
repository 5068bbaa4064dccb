-- The rules of routing that the region wrote, whole, one row a version; the last is in force. None: those that Cigogne comes with.
create table exchange.rule_set (
  version int primary key,
  rules text not null,
  -- Why it was changed.
  words text not null,
  by_id text not null,
  by_name text not null,
  at timestamptz not null
);

-- What the rules looked at, and which version of them: other rules are tried on it. No trait of the patient is in it.
alter table exchange.dispatch add column facts text, add column rules_version int;
create index dispatch_by_time on exchange.dispatch (noted_at) where facts is not null;

alter table exchange.delivery drop constraint delivery_role_check,
  add constraint delivery_role_check check (role in ('prescriber', 'copy', 'patient'));
