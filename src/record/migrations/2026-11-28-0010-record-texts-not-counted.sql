-- Texts that no plan depends on: counting what is in them, each time a table has grown, costs more than counting all the rest of it.
alter table record.document
  alter column head set statistics 0,
  alter column results set statistics 0,
  alter column rights set statistics 0,
  alter column metadata set statistics 0;
alter table record.document_text
  alter column text set statistics 0,
  alter column words set statistics 0,
  alter column conclusion set statistics 0;
