-- One line may speak for all the sites that share a system: FINESS of the others beside the one whose biologist proposed it.
alter table mapping.line add column sites text[] not null default '{}';
