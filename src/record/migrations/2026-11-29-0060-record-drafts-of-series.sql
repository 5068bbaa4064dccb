-- A number of a report that comes back is looked for among the drafts of every record: few, since most reports are final when they come.
create index document_draft_by_set on record.document (set_id) where status = 'preliminary';
