-- Mails that came to the region's own address with documents: what became of each, and the answer that its sender is owed. Nothing of a patient:
-- documents are in the record, refused ones in quarantine.
create table exchange.incoming_mail (
  mail_id uuid primary key,
  -- The same mail twice is one.
  sha256 bytea not null,
  from_address text not null,
  -- Of the register of senders; null: nobody known, whose mail is left to people.
  client_id text,
  received_at timestamptz not null,
  -- JSON text: place of each document, deposit, state or code of refusal.
  parts text not null,
  answer bytea,
  answered_at timestamptz,
  tries int not null default 0,
  next_at timestamptz,
  -- Why no answer could be given: a code.
  fault text,
  unique (sha256, from_address)
);
create index incoming_mail_to_answer on exchange.incoming_mail (next_at) where next_at is not null;
create index incoming_mail_by_time on exchange.incoming_mail (received_at desc);
