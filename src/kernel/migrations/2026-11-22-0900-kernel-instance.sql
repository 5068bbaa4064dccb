create schema kernel;

-- What this database is for, written once at its creation: people of a demo and of a real region never meet in one database.
create table kernel.instance (
  only_one boolean primary key default true check (only_one),
  mode text not null check (mode in ('demo', 'production')),
  created_at timestamptz not null
);
