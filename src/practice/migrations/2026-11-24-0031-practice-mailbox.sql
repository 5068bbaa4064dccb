-- To which mailbox of the practice a mail came: its sender is told from there. Empty of what came before it was kept, and of what is no mail.
alter table practice.arrival add column mailbox text;
