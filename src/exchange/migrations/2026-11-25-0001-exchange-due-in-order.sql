-- Documents that came together are due at one instant: those to route are found in their order, without being sorted each time.
drop index exchange.dispatch_due;
create index dispatch_due on exchange.dispatch (next_at, event_id) where routed_at is null;

-- A document is of one patient: dispatch_by_document_id finds its dispatches, with the patient or without.
drop index exchange.dispatch_by_document;
