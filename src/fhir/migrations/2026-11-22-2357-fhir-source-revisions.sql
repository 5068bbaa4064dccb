-- What a sender says later of one of its patients (PUT, as ITI-104 feeds identities): version 2 and those that follow; the first stays as it was sent.
create table fhir.source_revision (
  sender_id text not null,
  source_id uuid not null,
  version int not null check (version > 1),
  resource text not null,
  created_at timestamptz not null,
  primary key (sender_id, source_id, version),
  foreign key (sender_id, source_id) references fhir.source_patient
);
