-- Choices of rows that people make for themselves, or for their structure. Nothing of a patient.
create table biology.saved_view (
  view_id uuid primary key,
  owner_id text not null,
  owner_name text not null,
  -- FINESS of the structure that it is shared with; null: its owner's alone.
  finess text,
  label text not null,
  row_keys text[] not null,
  at timestamptz not null
);
create index saved_view_by_owner on biology.saved_view (owner_id);
create index saved_view_by_structure on biology.saved_view (finess) where finess is not null;
