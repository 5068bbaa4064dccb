-- Who of the practice treats the patient: `rpps:8…`.
alter table lgc.patient add column doctor text;
