-- The identity cell looks for a birth name by its beginning: found in the order of the index, so that a common name costs no more than a rare one.
create index patient_family_order on identity.patient
  (compared_family collate "C", first_birth_given collate "C", birth_date collate "C", patient_id) where merged_into is null;
drop index identity.patient_family_prefix;
