-- Whose document each dispatch is about, so that its laboratory follows it even when the rules sent it nowhere.
alter table exchange.dispatch add column structure text not null default '';
alter table exchange.dispatch alter column structure drop default;

-- A message is followed by the one identifier that somebody has in hand: the patient is not among what they know.
create index dispatch_by_document_id on exchange.dispatch (document_id);
create index delivery_by_document_id on exchange.delivery (document_id);
create index message_by_delivery on exchange.message (delivery_id);
