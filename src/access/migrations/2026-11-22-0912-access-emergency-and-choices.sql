-- Emergency: a link that a doctor opens alone, for a few hours, with a reason that the patient reads.
alter table access.care_link drop constraint care_link_kind_check;
alter table access.care_link add constraint care_link_kind_check
  check (kind in ('treating-doctor', 'care-team', 'consent', 'break-glass', 'producer'));
alter table access.audit_event add column reason text;

-- What a patient decided: a professional or a structure shut out, emergency opening refused in advance. History is kept.
create table access.patient_choice (
  patient_id uuid not null,
  kind text not null check (kind in ('blocks', 'refuses-break-glass')),
  -- Whom it concerns, empty for everyone.
  holder text not null default '',
  since timestamptz not null,
  until timestamptz,
  declared_by text not null,
  ended_by text,
  primary key (patient_id, kind, holder, since),
  check ((kind = 'blocks') = (holder <> ''))
);
