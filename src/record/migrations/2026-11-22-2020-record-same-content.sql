-- What a report of biology says, as a digest, and where it came from: the same results of the same structure, from another sender or in
-- another format, are one report that came by two channels (src/record/copies.ts). Null for other documents and where sameness is not judged.
alter table record.document
  add column content_key bytea,
  add column source text not null default '';

-- A further copy whose bytes differ from the first, under the same identifier: kept, compressed.
alter table record.arrival
  add column media_type text,
  add column zstd bytea;
alter table record.arrival alter column zstd set storage external;
