create schema directory;

create table directory.structure (
  -- FINESS of the site, 9 characters
  finess text primary key,
  name text not null,
  -- laboratory, hospital, practice, pharmacy, region…
  kind text not null,
  group_name text,
  place text
);
create index structure_kind on directory.structure (kind);

create table directory.practitioner (
  -- national identifier: 8 and the RPPS number
  rpps text primary key,
  family text not null,
  given text not null,
  title text,
  -- JDV_J01: profession and speciality
  profession text,
  speciality text,
  mssante text
);

create table directory.activity (
  rpps text not null references directory.practitioner,
  finess text not null references directory.structure,
  primary key (rpps, finess)
);

-- A system of a laboratory or a hospital that deposits by itself.
create table directory.sender (
  client_id text primary key,
  name text not null,
  software text,
  software_version text,
  formats text[] not null default '{}',
  state text not null check (state in ('test', 'production', 'closed')),
  -- public keys (RFC 7517) by which it proves who it is
  jwks jsonb,
  -- instead of keys, in a demo region only: the token endpoint needs it in clear
  demo_secret text,
  connected_since timestamptz not null
);

create table directory.sender_structure (
  client_id text not null references directory.sender,
  finess text not null references directory.structure,
  primary key (client_id, finess)
);
create index sender_structure_finess on directory.sender_structure (finess);
