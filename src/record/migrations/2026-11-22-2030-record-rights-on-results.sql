-- What decides who reads a report and each of its results (JSON text of ReportRights), never shown; null is computed when read.
alter table record.document add column rights text;
alter table record.document alter column rights set storage main;

-- What decides who is told of a report that is not there any more.
alter table record.outbox add column item text;

-- A professional told the patient of a result: opens what waits for that.
alter table record.document_event drop constraint document_event_kind_check;
alter table record.document_event add constraint document_event_kind_check
  check (kind in ('hide', 'show', 'tell', 'archive', 'restore', 'delete'));
