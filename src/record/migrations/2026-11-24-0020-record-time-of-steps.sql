-- How long each step of the journey took, JSON text of TimeOfSteps: null of what was stored before it was kept, or whose patient a person decided.
alter table record.document add column took text;
