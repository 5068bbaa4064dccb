-- The record to read for one that was merged. The register of identities, which knows what was merged, takes this function's place.
create function access.survivor_of(patient uuid) returns uuid language sql stable as $$ select patient $$;
