-- Official files that an operator brings under their own licence: releases of LOINC, national value sets of biology. Rows are added, never
-- changed: the release in force on a day is the one that came into force last before it.
create table mapping.release (
  release_id uuid primary key,
  kind text not null check (kind in ('loinc', 'value-set')),
  -- As its publisher numbers it: 2.81.
  version text not null,
  in_force_from date not null,
  codes bigint not null,
  replaced bigint not null,
  loaded_by text not null,
  loaded_at timestamptz not null
);
create index release_in_force on mapping.release (kind, in_force_from, loaded_at);

create table mapping.official_code (
  release_id uuid not null references mapping.release,
  code text not null,
  name text not null,
  status text not null,
  primary key (release_id, code)
);

-- A code that its publisher replaced by exactly one other.
create table mapping.replacement (
  release_id uuid not null references mapping.release,
  code text not null,
  by_code text not null,
  primary key (release_id, code)
);
