-- Bulk exports: asked for, made, fetched within the hour, gone.
create table fhir.export (
  export_id uuid primary key,
  -- who asked, through which software: nobody else fetches it
  holder text not null,
  client_id text,
  -- as it was asked for
  request text not null,
  started_at timestamptz not null,
  patients int not null,
  done int not null default 0,
  -- the last sign of life of who makes it
  seen_at timestamptz not null,
  finished_at timestamptz,
  expires_at timestamptz not null
);

create table fhir.export_file (
  patient_id uuid not null,
  export_id uuid not null references fhir.export on delete cascade,
  type text not null,
  count int not null,
  -- resources, one a line (NDJSON), zstd
  zstd bytea not null,
  primary key (patient_id, export_id, type)
);
create index export_file_of on fhir.export_file (export_id, type);
select access.protect('fhir.export_file');
