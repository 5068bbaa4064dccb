-- Which tables of rights were in force from when: written when a server starts with tables that are not the last ones written.
create table access.rights_in_force (
  since timestamptz(3) primary key,
  version text not null,
  -- One text for each cell, by what it is about.
  cells jsonb not null
);
