-- Names that a person is known under besides those of the record: borne before, printed by a sender whose arrival or number is linked to the record, or of
-- a record merged into it. Made again by the program (refresh-aliases.ts) whenever one of these changes: nothing here that is not told elsewhere.
create table identity.alias (
  patient_id uuid not null references identity.patient on delete cascade,
  family text not null,
  givens text not null,
  first_given text not null,
  origin text not null check (origin in ('history', 'print', 'merged')),
  -- FINESS of the structure that printed it first, null when a person or a service gave it
  sender_finess text,
  known_at timestamptz not null,
  -- of the record: names are looked for with a birth date
  birth_date text not null,
  -- made from the names by traits.ts, never shown
  compared_family text not null,
  search_family text not null,
  search_words text not null,
  sound text not null
);
create index alias_patient on identity.alias (patient_id);
create index alias_birth on identity.alias (birth_date);
create index alias_sound on identity.alias (sound);
create index alias_family_order on identity.alias (compared_family collate "C", patient_id);
-- What was filed in a record from the worklist: its prints are names of the person.
create index waiting_patient on identity.waiting (patient_id) where patient_id is not null;
