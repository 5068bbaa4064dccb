-- The hash of an event covers its time to the millisecond: the column keeps no more than that.
alter table access.audit_event alter column at type timestamptz(3);
