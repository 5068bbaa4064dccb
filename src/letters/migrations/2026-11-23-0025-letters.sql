-- Discharge letters while their author writes them. Filed, a letter is a document of the record; what was typed is kept beside it for its correction.
create schema letters;
create table letters.draft (
  patient_id uuid not null,
  draft_id uuid not null,
  -- `rpps:8…`: nobody else reads it.
  author text not null,
  -- FINESS of where it is written.
  structure text not null,
  -- JSON text of LetterContent.
  content text not null,
  saved_at timestamptz not null,
  -- The document that it corrects, and the one that it became.
  replaces uuid,
  document_id uuid,
  primary key (patient_id, draft_id)
);
create unique index draft_of_document on letters.draft (document_id) where document_id is not null;

select access.protect('letters.draft');
