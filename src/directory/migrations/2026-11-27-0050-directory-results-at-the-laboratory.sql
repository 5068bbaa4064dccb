-- Where the reports of a system are read at their laboratory: an https address with {dossier} where its own number of the report goes.
alter table directory.sender add column results_url text check (results_url like 'https://%');
