-- Until when what was prescribed is only awaited: later, it never came back.
alter table exchange.expected add column due_on date;
update exchange.expected set due_on = prescribed_on + 7;
alter table exchange.expected alter column due_on set not null, add check (due_on >= prescribed_on);
