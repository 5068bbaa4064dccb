-- What the sender of a document that waits said of others, and what it was sent with: it holds once a person has decided whose document it is.
alter table record.waiting_original add column relations jsonb not null default '[]';
-- SubmissionSaid.
alter table record.waiting_original add column submission jsonb;

-- Documents of a submission set by the identifier that its sender gave their entries (entryUUID): by it a later archive names them.
alter table record.submission add column entries jsonb not null default '{}';
