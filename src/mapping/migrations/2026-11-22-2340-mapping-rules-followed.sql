-- Rules of Cigogne and release of LOINC with which history was asked to be read again: each once.
create table mapping.rules_followed (
  rules text primary key,
  at timestamptz not null
);
-- A job that only a process with these rules may do: while servers are upgraded one after the other, two kinds run. Null: any.
alter table mapping.job add column rules text;
