-- A sender removes one of its patients (ITI-104): its last revision says nothing any more. What it said before stays.
alter table fhir.source_revision alter column resource drop not null;
