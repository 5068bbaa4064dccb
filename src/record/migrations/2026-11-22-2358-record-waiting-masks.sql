-- A document that its sender published hidden stays hidden when a person has said whose it is.
alter table record.waiting_original add column masks text[] not null default '{}';
