-- Documents also go to the software of hospitals and practices. Where it is and how it is spoken to are data of the region, written whole, one row a version;
-- the last is in force. Tokens and keys are files of the server, never here.
create table exchange.software_set (
  version int primary key,
  -- JSON text of SoftwareDestination[].
  destinations text not null,
  -- Why it was changed.
  words text not null,
  by_id text not null,
  by_name text not null,
  at timestamptz not null
);

alter table exchange.delivery drop constraint delivery_role_check,
  add constraint delivery_role_check check (role in ('prescriber', 'copy', 'patient', 'shared', 'software'));
