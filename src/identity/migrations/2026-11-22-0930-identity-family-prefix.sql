-- The identity cell looks for a birth name without a date, by its beginning.
create index patient_family_prefix on identity.patient (compared_family text_pattern_ops);
