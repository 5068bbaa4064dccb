-- Who validates for a laboratory whose biologist is alone: a biologist of another one, whom the region designates, or no longer. Rows are
-- added, never changed: of each laboratory and person the last one counts.
create table mapping.designation (
  designation_id uuid primary key,
  laboratory text not null,
  person text not null,
  person_name text not null,
  designated boolean not null,
  reason text not null,
  decided_by text not null,
  decided_by_name text not null,
  decided_at timestamptz not null
);
create index designation_by_person on mapping.designation (person, laboratory, decided_at);
-- The one who decided stood for the region, not for the laboratory.
alter table mapping.verdict add column as_designated boolean not null default false;
