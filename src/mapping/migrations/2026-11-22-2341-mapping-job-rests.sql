-- A job that has read everything waits for what was on its way when the tables changed; meanwhile others are done.
alter table mapping.job add column rests_until timestamptz;
