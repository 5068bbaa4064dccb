-- The INS that a sender's message printed, when it printed one: by it, and by traits that agree, its stays are shown in the record.
alter table identity.source_event
  add column ins_oid text,
  add column ins_value text;
create index source_event_ins on identity.source_event (ins_value, ins_oid) where ins_value is not null;
