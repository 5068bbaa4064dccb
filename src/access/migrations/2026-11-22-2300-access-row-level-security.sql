-- The second wall. People are answered under the role cigogne_reader, which reads of a record only what the door opened in the very
-- transaction. The owner of the tables does the system's own work (deposits, worklists, counts) and is not held by these policies.
do $$
begin
  begin
    if not exists (select from pg_roles where rolname = 'cigogne_reader') then
      create role cigogne_reader nologin;
    end if;
  exception when duplicate_object or unique_violation then null; -- another Cigogne of the same server made it just now
  end;
  if not pg_has_role(current_user, 'cigogne_reader', 'member') then
    execute format('grant cigogne_reader to %I', current_user);
  end if;
exception when insufficient_privilege then
  raise exception 'the user of DATABASE_URL may not make the role cigogne_reader: have an administrator of the database run "create role cigogne_reader nologin; grant cigogne_reader to %"', current_user;
end $$;

do $$
declare
  place text;
begin
  for place in select nspname from pg_namespace where nspname !~ '^(pg_|information_schema)' loop
    execute format('grant usage on schema %I to cigogne_reader', place);
    execute format('grant select, insert, update, delete on all tables in schema %I to cigogne_reader', place);
    execute format('grant usage on all sequences in schema %I to cigogne_reader', place);
  end loop;
end $$;
alter default privileges grant usage on schemas to cigogne_reader;
alter default privileges grant select, insert, update, delete on tables to cigogne_reader;
alter default privileges grant usage on sequences to cigogne_reader;

-- The records read as one with a record. The register of identities, which knows what was merged, takes this function's place.
create function access.homes_of(patient uuid) returns uuid[] language sql stable as $$ select array[patient] $$;

-- Opens the records of a patient to this transaction, or none. Called by the door alone.
create function access.open_records(patient uuid) returns text language sql as $$
  select set_config('cigogne.records', coalesce(array_to_string(access.homes_of(patient), ','), ''), true)
$$;

create function access.records_open() returns uuid[] language sql stable as $$
  select string_to_array(nullif(current_setting('cigogne.records', true), ''), ',')::uuid[]
$$;

-- Every table that holds what belongs to patients is given to this function by the migration that makes it.
create function access.protect(place regclass) returns void language plpgsql as $$
begin
  execute format('alter table %s enable row level security', place);
  execute format(
    'create policy opened_by_the_door on %s to cigogne_reader using (patient_id = any ((select access.records_open())::uuid[]))', place);
end $$;

select access.protect(format('%I.%I', c.table_schema, c.table_name)::regclass)
from information_schema.columns c join information_schema.tables t using (table_schema, table_name)
where c.table_schema = 'record' and c.column_name = 'patient_id' and c.is_nullable = 'NO' and t.table_type = 'BASE TABLE';

-- Anyone may add to the audit; what it says of a patient is read as the rest of the record is.
alter table access.audit_event enable row level security;
create policy added_by_anyone on access.audit_event for insert to cigogne_reader with check (true);
create policy opened_by_the_door on access.audit_event for select to cigogne_reader
  using (patient_id = any ((select access.records_open())::uuid[]));
