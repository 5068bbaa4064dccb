-- What the practice knows of its own patients: their allergies, in its words.
alter table lgc.patient add column allergies text[] not null default '{}';
