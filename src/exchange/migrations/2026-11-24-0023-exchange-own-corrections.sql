-- Values that a patient had read and that a later version says otherwise: shown to them, old and new, until they say that they saw it.
create table exchange.own_correction (
  patient_id uuid not null,
  -- The version that corrects.
  document_id uuid not null,
  -- JSON text of OwnCorrection, without what is kept beside it.
  content text not null,
  came_at timestamptz not null,
  seen_at timestamptz,
  primary key (patient_id, document_id)
);
select access.protect('exchange.own_correction');
