-- A patient is looked for by a number of any sender's (FHIR, PIX): the primary key begins with the sender.
create index source_identity_number on identity.source_identity (domain, local_id);
