-- Results that were awaited when a patient left hospital, as the discharge letter lists them: when one arrives, those whom the letter is for are told.
create table exchange.awaited (
  patient_id uuid not null,
  awaited_id uuid not null,
  -- The letter, as a document of the record.
  letter_id uuid not null,
  words text not null,
  sampled_on date,
  -- JSON text: those whom the letter is for, and who wrote it.
  people text not null,
  noted_at timestamptz not null,
  -- The report that brought it.
  met_by uuid,
  primary key (patient_id, awaited_id)
);
create index awaited_met on exchange.awaited (patient_id, met_by) where met_by is not null;

select access.protect('exchange.awaited');
