-- Documents also go to shared records: the national one, that of another region. Such a destination is no mailbox.
alter table exchange.delivery drop constraint delivery_role_check,
  add constraint delivery_role_check check (role in ('prescriber', 'copy', 'patient', 'shared'));
