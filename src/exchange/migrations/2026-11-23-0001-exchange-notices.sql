-- What a person is told of by a mail without any document: an emergency in which their record was opened, something that they have to tell a patient.
-- One row for each; what it says is made again from its source when it leaves, so nothing of it is kept here.
create table exchange.notice (
  patient_id uuid not null,
  -- `emergency:PLACE IN THE TRAIL`, `to-tell:DOCUMENT:DAY:STATE`.
  notice_id text not null,
  -- `patient`, `rpps:8…`, `finess:…`
  recipient text not null,
  -- `dropped`: there was no mailbox to write to, or nothing left to tell.
  state text not null default 'waiting' check (state in ('waiting', 'sent', 'refused', 'dropped')),
  reason text,
  tries int not null default 0,
  created_at timestamptz not null,
  next_at timestamptz not null,
  settled_at timestamptz,
  primary key (patient_id, notice_id)
);
create index notice_due on exchange.notice (next_at) where state = 'waiting';
select access.protect('exchange.notice');
