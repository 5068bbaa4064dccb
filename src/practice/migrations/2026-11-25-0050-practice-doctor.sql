-- Who of the practice treats the patient (RPPS): the shared record is read in their name.
alter table practice.patient add column doctor text;
