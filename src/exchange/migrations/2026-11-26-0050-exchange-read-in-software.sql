-- A software says that somebody read what it was given, and names it by the number of the message (MSH-10) or by the identifier of the document.
create index delivery_by_message_number on exchange.delivery (right(replace(delivery_id::text, '-', ''), 20)) where role = 'software';
create index delivery_by_short_id on exchange.delivery (split_part(unique_id, '^', 2)) where role = 'software' and unique_id like '%^%';
