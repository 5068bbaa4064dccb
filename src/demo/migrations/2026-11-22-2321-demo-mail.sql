-- What the mailboxes of the demo received, by the double of an operator of secure mail. The same mail twice is one.
create table demo.mail (
  recipient text not null,
  message_id text not null,
  received_at timestamptz not null,
  zstd bytea not null,
  primary key (recipient, message_id)
);
