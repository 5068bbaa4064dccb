-- What one person did, for the data protection officer.
create index audit_event_of_actor on access.audit_event (actor, at);
