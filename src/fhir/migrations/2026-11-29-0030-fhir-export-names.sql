-- An export names what it holds, and keeps nothing of it: a file is read from the records when it is taken, as they stand and as they are open at that instant.
delete from fhir.export;
alter table fhir.export_file drop column zstd, drop column count, add column ids text[] not null;
comment on column fhir.export_file.ids is 'identifiers of resources of the type, in the order in which they are told';
