-- Whom a holder of parental authority or a guardian represents: the holder is their own record (patient:…).
alter table access.care_link drop constraint care_link_kind_check;
alter table access.care_link add constraint care_link_kind_check
  check (kind in ('treating-doctor', 'care-team', 'consent', 'break-glass', 'producer', 'representative'));

-- What the patient closes in their record. A death is no choice; it stands here because it closes a record as a choice does.
alter table access.patient_choice drop constraint patient_choice_kind_check;
alter table access.patient_choice add constraint patient_choice_kind_check
  check (kind in ('blocks', 'refuses-break-glass', 'refuses-regulation', 'opposes-consultation', 'opposes-feeding', 'closed', 'deceased'));
