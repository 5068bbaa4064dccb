-- Addresses of secure mail from which a registered system deposits: one address is that of one system.
create table directory.sender_mailbox (
  address text primary key check (address = lower(address)),
  client_id text not null references directory.sender (client_id)
);
create index sender_mailbox_of on directory.sender_mailbox (client_id);
