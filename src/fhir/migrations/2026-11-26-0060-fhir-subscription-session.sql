-- A socket tells what is new, whole, to who is there: it ends with the session in which it was bound (SHA-256 of it; null for what has none, a system).
alter table fhir.subscription add column bind_session bytea;
