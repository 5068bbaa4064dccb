-- A mailbox given to a colleague for some days: from and until when; nothing: from when it is given, until it is taken back.
alter table mail.delegate add column from_at timestamptz;
alter table mail.delegate add column until_at timestamptz check (until_at > from_at);
-- JSON text, as `filed`: in whose record, since a mail may bring PDFs about several people.
alter table mail.message add column filed_for text not null default '{}';
