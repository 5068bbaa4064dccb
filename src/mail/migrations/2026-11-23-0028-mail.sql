-- The mailboxes that the region keeps for those who have no mail software: what came, what left, who may read and write for whom.
create schema mail;
create table mail.message (
  message_id uuid primary key,
  -- Whose mailbox: an address in small letters, or `patient:` and their record, since the address of a patient is their INS.
  box text not null,
  direction text not null check (direction in ('in', 'out')),
  -- Message-ID of the first mail of the thread, and of this one (RFC 5322 §3.6.4).
  thread text not null,
  rfc_id text not null,
  -- Who the other one is: as `box`.
  other text not null,
  other_name text not null,
  subject text not null,
  words text not null,
  -- JSON text of MailAttachment[]; the bytes are in the mail.
  attachments text not null,
  zstd bytea not null,
  at timestamptz not null,
  -- Whom it is about: by the INS of what is attached, by the thread, or by a person who said so.
  patient_id uuid,
  tied_by text,
  read_at timestamptz,
  read_by text,
  -- The reader may answer (X-MSS-MES).
  may_answer boolean not null default true,
  -- JSON text: attachments filed in the record, by their number.
  filed text not null default '{}',
  -- Of what leaves: who wrote it, and what became of it.
  by_id text,
  by_name text,
  state text not null check (state in ('received', 'waiting', 'sent', 'dead')),
  reason text,
  tries int not null default 0,
  next_at timestamptz,
  unique (box, direction, rfc_id)
);
create index message_by_box on mail.message (box, at desc);
create index message_due on mail.message (next_at) where state = 'waiting';
select access.protect('mail.message');

-- Who reads, and perhaps writes, in the mailbox of a colleague; rows are added, and ended.
create table mail.delegate (
  box text not null,
  -- `rpps:8…`, or `secretary` for those who act for the holder.
  delegate text not null,
  delegate_name text not null,
  may_send boolean not null,
  granted_by text not null,
  granted_at timestamptz not null,
  ended_at timestamptz,
  primary key (box, delegate, granted_at)
);
create index delegate_of on mail.delegate (delegate) where ended_at is null;

create table mail.template (
  template_id uuid primary key,
  owner text not null,
  name text not null,
  subject text not null,
  words text not null
);
create index template_of on mail.template (owner);
