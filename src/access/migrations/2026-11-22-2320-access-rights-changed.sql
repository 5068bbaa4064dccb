-- Open pages of a patient are judged again as soon as a right may have ended, whatever the code that ended it. The relay of the record hears this channel.
create function access.tell_rights_changed() returns trigger language plpgsql as $$
begin
  perform pg_notify('cigogne_patient', json_build_object('patientId', new.patient_id, 'kind', 'rights-changed')::text);
  return null;
end $$;
create trigger choice_is_told after insert or update on access.patient_choice
  for each row execute function access.tell_rights_changed();
create trigger ended_link_is_told after update of ended_by on access.care_link
  for each row when (new.ended_by is distinct from old.ended_by) execute function access.tell_rights_changed();

-- Did this patient die? The register of identities, which knows, takes this function's place.
create function access.has_died(patient uuid) returns boolean language sql stable as $$ select false $$;

-- Records whose every reading is told to the data protection officer: of people whom many are curious about. History is kept.
create table access.watched_record (
  patient_id uuid not null,
  since timestamptz not null,
  until timestamptz,
  declared_by text not null,
  ended_by text,
  primary key (patient_id, since)
);
select access.protect('access.watched_record');
