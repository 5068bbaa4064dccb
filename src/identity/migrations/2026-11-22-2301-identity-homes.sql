-- Which records the door opens together: the record and all that were merged into it (the same as `personOf`).
create or replace function access.homes_of(patient uuid) returns uuid[] language sql stable as $$
  with recursive home as (
    select patient as patient_id
    union
    select p.patient_id from identity.patient p join home on p.merged_into = home.patient_id)
  select array_agg(patient_id) from home where patient is not null
$$;
