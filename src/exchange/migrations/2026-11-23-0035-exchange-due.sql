-- What is still to be routed, patient by patient: whether an earlier document of one waits is asked before each is taken, however long the history.
create index dispatch_in_order on exchange.dispatch (patient_id, event_id) where routed_at is null;
