-- By which door a waiting document came: told once its patient is known.
alter table record.waiting_original add column channel text not null default 'deposit';

-- The same document by another channel while its first copy still waits for a person: one item of the worklist, several arrivals. They become
-- arrivals of the document when it is filed; when it is refused, its other senders are told so too.
create table record.waiting_arrival (
  deposit_id uuid not null,
  arrived_at timestamptz not null,
  channel text not null,
  sender_id text not null,
  sha256 bytea not null,
  media_type text,
  zstd bytea,
  primary key (deposit_id, channel, sender_id, sha256)
);
alter table record.waiting_arrival alter column zstd set storage external;
