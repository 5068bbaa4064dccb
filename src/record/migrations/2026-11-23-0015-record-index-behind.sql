-- A report whose results are searchable already, and whose PDF is read when nothing else waits.
alter table record.index_queue add column is_behind boolean not null default false;
drop index record.index_queue_by_age;
create index index_queue_by_age on record.index_queue (is_behind, queued_at);
