-- Who left hospital in a period: asked for the share of the letters that left on the day.
create index source_event_discharged on identity.source_event (happened_at) where event = 'A03';
