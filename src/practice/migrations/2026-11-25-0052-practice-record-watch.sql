-- Up to where what the region told of the record was taken, for each doctor in whose name it is followed (RPPS).
create table practice.record_watch (
  doctor text primary key,
  subscription text not null,
  number integer not null
);
