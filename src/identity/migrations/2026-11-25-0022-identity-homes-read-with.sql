-- Nearly every record is its own, which two looks at indexes tell; the rest is what `personOf` says.
create or replace function access.homes_read_with(patient uuid, is_followed boolean) returns uuid[] language plpgsql stable as $$
declare
  read uuid := patient;
begin
  if not exists (select from identity.patient p where p.merged_into = patient)
    and not exists (select from identity.patient p where p.patient_id = patient and p.merged_into is not null)
  then
    return array[patient];
  end if;
  if is_followed then
    read := access.survivor_of(patient);
  end if;
  return array[read] || array_remove(access.homes_of(read), read);
end $$;
