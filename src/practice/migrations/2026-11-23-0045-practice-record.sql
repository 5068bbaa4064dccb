-- The shared record is a way by which documents come too.
alter table practice.arrival drop constraint arrival_channel_check;
alter table practice.arrival add constraint arrival_channel_check check (channel in ('mail', 'folder', 'record'));

-- Until when the shared record was read for each patient.
create table practice.record_read (
  patient_id uuid primary key,
  read_until timestamptz not null
);
