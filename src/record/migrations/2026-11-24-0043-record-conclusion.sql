-- What a document concludes, beside its words: shown in the list to whom the whole document is open.
alter table record.document_text add column conclusion text;

-- Those already made searchable are read again when nothing else waits.
insert into record.index_queue (patient_id, document_id, queued_at, is_behind)
  select patient_id, document_id, received_at, true from record.document where kind = 'document' on conflict do nothing;
