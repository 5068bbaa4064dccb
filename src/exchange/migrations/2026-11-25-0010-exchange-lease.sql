-- What is due, destination by destination: one that is left alone for a day costs nothing to those who look for what may leave, however much waits for it.
create index delivery_by_destination on exchange.delivery (split_part(address, '@', 2), next_at, delivery_id) where state = 'waiting';
drop index exchange.delivery_due;
