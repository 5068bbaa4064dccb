-- A death known of a record, or of one merged into it, closes what a death closes.
create or replace function access.has_died(patient uuid) returns boolean language sql stable as $$
  select exists (select from identity.patient p where (p.patient_id = $1 or p.merged_into = $1) and p.deceased_on is not null)
$$;

create trigger death_is_told after update of deceased_on on identity.patient
  for each row when (new.deceased_on is distinct from old.deceased_on) execute function access.tell_rights_changed();
