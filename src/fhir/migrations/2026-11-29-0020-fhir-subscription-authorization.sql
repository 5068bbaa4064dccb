-- Bound by a software, a socket ends with the authorization of that software too: its account; null when no software asked.
alter table fhir.subscription add column bind_account text;
