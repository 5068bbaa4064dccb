-- Who practises where, for a whole country: fed by the public extracts of the national directory (several of them have no FINESS:
-- a doctor's own practice is known by a technical identifier).

create table directory.site (
  -- FINESS when the place has one, else the technical identifier of the national directory, else the SIRET
  site_id text primary key,
  finess text,
  siret text,
  name text not null,
  street text,
  postal_code text,
  city text,
  department text,
  phone text
);
create index site_finess on directory.site (finess) where finess is not null;

create table directory.practice (
  rpps text not null,
  site_id text not null,
  -- JDV_J01, as in practitioner
  speciality text not null default '',
  speciality_label text,
  -- true: from a national extract, ended when a full extract no longer tells it
  is_national boolean not null default false,
  ended_at timestamptz,
  primary key (rpps, site_id, speciality)
);
create index practice_site on directory.practice (site_id);

create table directory.mailbox (
  address text primary key,
  -- PER of a person, ORG of an organisation, APP of a software, CAB of a practice
  kind text not null check (kind in ('PER', 'ORG', 'APP', 'CAB')),
  rpps text,
  site_id text,
  service text,
  label text,
  -- does the holder accept to receive nothing on paper any more?
  is_paperless boolean not null default false,
  is_national boolean not null default false,
  ended_at timestamptz
);
create index mailbox_rpps on directory.mailbox (rpps) where rpps is not null;
create index mailbox_site on directory.mailbox (site_id) where site_id is not null;

alter table directory.practitioner add column profession_label text, add column speciality_label text;

insert into directory.site (site_id, finess, name, city) select finess, finess, name, place from directory.structure;
insert into directory.practice (rpps, site_id) select rpps, finess from directory.activity;
insert into directory.mailbox (address, kind, rpps) select distinct on (mssante) mssante, 'PER', rpps
  from directory.practitioner where mssante is not null order by mssante, rpps;
drop table directory.activity;
alter table directory.practitioner drop column mssante;

-- Each file brought in: how far it is, and what it changed.
create table directory.extract (
  extract_id uuid primary key,
  kind text not null check (kind in ('practice', 'mailbox', 'structure')),
  sha256 bytea not null,
  file_name text not null,
  total_bytes bigint not null,
  taken_bytes bigint not null default 0,
  line_count bigint not null default 0,
  rejected_count bigint not null default 0,
  -- numbers and reasons of the first lines that were not understood
  rejected jsonb not null default '[]',
  is_full boolean not null,
  added bigint, changed bigint, ended bigint,
  started_at timestamptz not null,
  merged_at timestamptz
);
create unique index extract_in_hand on directory.extract (kind) where merged_at is null;

-- Lines of the file in hand. Not logged: after a crash of the database the file is read again from its start.
create unlogged table directory.staged (line bigint not null, fields text[] not null);

-- Lower case, without French diacritics, words apart by one blank: what is typed and what is looked for are compared so.
create function directory.plain(given text) returns text language sql immutable parallel safe return
  replace(replace(translate(lower(given), 'àáâãäåçèéêëìíîïñòóôõöùúûüýÿ-’''.,;:/()&_@+*"', 'aaaaaaceeeeiiiinooooouuuuyy                '), 'œ', 'oe'), 'æ', 'ae');

-- What a search looks in: made anew after each import, and swapped in one transaction.
create table directory.search_entry (
  kind text not null,
  key text not null,
  -- `martin anne`: the order of the answers, and the quickest way in
  sort text collate "C" not null,
  search tsvector not null
);
create index search_entry_sort on directory.search_entry (sort);
create index search_entry_search on directory.search_entry using gin (search) with (fastupdate = off);
-- Every word of a name, a place or a speciality, with how many entries bear it.
create table directory.search_word (word text collate "C" primary key, entries integer not null);

-- Whom to call when a system sends something wrong.
alter table directory.sender add column contact text;
