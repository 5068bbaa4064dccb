-- Which record is read for one that was merged (the same as `personOf`): a patient's account, made for a record, follows it through merge and split.
create or replace function access.survivor_of(patient uuid) returns uuid language sql stable as $$
  with recursive up as (
    select p.patient_id, p.merged_into from identity.patient p where p.patient_id = $1
    union all
    select p.patient_id, p.merged_into from up join identity.patient p on p.patient_id = up.merged_into)
  select coalesce((select patient_id from up where merged_into is null), $1)
$$;

-- Pages open on either record are judged again: what they follow is no longer the same.
create function identity.tell_merged() returns trigger language plpgsql as $$
declare
  concerned uuid;
begin
  foreach concerned in array array_remove(array[new.patient_id, old.merged_into, new.merged_into], null) loop
    perform pg_notify('cigogne_patient', json_build_object('patientId', concerned, 'kind', 'rights-changed')::text);
  end loop;
  return null;
end $$;
create trigger merge_is_told after update of merged_into on identity.patient
  for each row when (new.merged_into is distinct from old.merged_into) execute function identity.tell_merged();
