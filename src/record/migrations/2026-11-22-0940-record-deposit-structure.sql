-- A document identifier belongs to the structure that issued it. Unique over the whole region, it could be taken first by another
-- laboratory, by mistake or on purpose, and the report of the true one would be refused for ever.
alter table record.deposit add column structure text not null default '';
update record.deposit d set structure = k.structure from record.document k
  where k.patient_id = d.patient_id and k.document_id = d.document_id;
alter table record.deposit alter column structure drop default;

-- An alarm for the regional team: another structure had already used this identifier.
alter table record.deposit add column identifier_is_shared boolean not null default false;
create index deposit_shared_identifier on record.deposit (received_at) where identifier_is_shared;

-- The same document identifier with other bytes, from the same structure, is an error of the sender.
drop index record.deposit_unique_id;
create unique index deposit_unique_id on record.deposit (unique_id, structure);
