-- Where the sender of a document that waits says that it was made: it holds once a person has decided whose document it is.
alter table record.waiting_original add column place jsonb;
