-- What the demo region of this database was made from, and how far its reports are deposited: one row, only in a demo database.
create schema demo;

create table demo.region (
  only_one boolean primary key default true check (only_one),
  seed bigint not null check (seed between 0 and 4294967295),
  -- The day that the demo calls today: kept, because every document depends on it.
  today date not null,
  patients integer not null,
  reports integer not null,
  -- Every document before this one (in the order of the generator) was acknowledged.
  deposited integer not null default 0,
  finished_at timestamptz
);
