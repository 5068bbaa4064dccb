-- What became of a mail that left, as notifications of delivery and of reading tell it (RFC 3464, RFC 8098).
alter table mail.message drop constraint message_state_check;
alter table mail.message add constraint message_state_check
  check (state in ('received', 'waiting', 'sent', 'delivered', 'read', 'dead'));
alter table mail.message add column told_at timestamptz;
-- Of what came: somebody has dealt with it.
alter table mail.message add column done_at timestamptz;
alter table mail.message add column done_by text;
-- Of what came: who asked to be told that it was read, and when they are to be told.
alter table mail.message add column receipt_to text;
alter table mail.message add column receipt_due timestamptz;
alter table mail.message add column receipt_tries int not null default 0;
create index message_by_thread on mail.message (box, thread);
create index message_receipt_due on mail.message (receipt_due) where receipt_due is not null;
