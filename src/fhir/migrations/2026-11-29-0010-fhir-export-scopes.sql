-- Files are fetched with the scopes that they were made with: null when nobody came by a software.
alter table fhir.export add column scope text;
