-- A Patient written by FHIR is an identity of its sender, never a record of the region: only the identity module says which record it joins.
create schema fhir;

create table fhir.source_patient (
  sender_id text not null,
  source_id uuid not null,
  -- as sent, without the id that a client cannot give
  resource text not null,
  created_at timestamptz not null,
  primary key (sender_id, source_id)
);

-- The sender's own numbers of that patient, `system|value`: one number is one identity of this sender.
create table fhir.source_number (
  sender_id text not null,
  number text not null,
  source_id uuid not null,
  primary key (sender_id, number),
  foreign key (sender_id, source_id) references fhir.source_patient
);
