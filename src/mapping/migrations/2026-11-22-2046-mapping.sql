-- Local codes of laboratories mapped to LOINC by their biologists. Lines and verdicts are added, never changed: the table in force at any
-- version can be made again. No patient in this schema.
create schema mapping;

-- One line proposed: this laboratory's code (or label, when it sends no code) means this LOINC code; a null loinc withdraws the mapping.
-- unit and specimen narrow the line when not null; an empty unit means "printed without unit".
create table mapping.line (
  line_id uuid primary key,
  laboratory text not null,
  local_system text,
  local text,
  label text,
  unit text,
  specimen text,
  loinc text,
  reason text not null,
  proposed_by text not null,
  proposed_by_name text not null,
  proposed_at timestamptz not null,
  check (local is not null or label is not null)
);
create index line_by_laboratory on mapping.line (laboratory, proposed_at);

-- What another biologist decided of a line. The version numbers the table of the whole region: it grows by one with each line validated.
create table mapping.verdict (
  line_id uuid primary key references mapping.line,
  validated boolean not null,
  version bigint unique,
  reason text not null,
  decided_by text not null,
  decided_by_name text not null,
  decided_at timestamptz not null,
  check (validated = (version is not null))
);

-- What each laboratory sends: one row for each way a result is printed, counted once a document. The numbers are the latest few, to tell
-- what a code may be from where its values lie; nobody's name and no document stands beside them.
create table mapping.observed (
  laboratory text not null,
  key text not null,
  loinc text,
  local_system text,
  local text,
  label text not null,
  unit text,
  specimen text,
  is_number boolean not null,
  results bigint not null,
  numbers double precision[] not null,
  primary key (laboratory, key)
);
create table mapping.census (
  laboratory text primary key,
  -- The last document counted.
  document_id uuid not null,
  results bigint not null
);

-- History normalised again after a change of tables: one row a laboratory and change, brought forward batch by batch.
create table mapping.job (
  job_id uuid primary key,
  laboratory text not null,
  version bigint not null,
  published_at timestamptz not null,
  -- The last document done.
  document_id uuid,
  expected_results bigint not null,
  results bigint not null default 0,
  changed_results bigint not null default 0,
  changed_documents bigint not null default 0,
  started_at timestamptz,
  finished_at timestamptz,
  superseded_by uuid
);
create unique index job_unfinished on mapping.job (laboratory) where finished_at is null and superseded_by is null;
