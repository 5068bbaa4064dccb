-- What each professional has to look at and answers for: one line for each person to whom a report was addressed, or who read a value that was
-- corrected or withdrawn since. What it says now; how it came to it is in exchange.inbox_step, where rows are only added.
create table exchange.inbox_line (
  patient_id uuid not null,
  line_id uuid not null,
  document_id uuid not null,
  structure text not null,
  -- `rpps:8…`, and the places (FINESS) where this person works.
  holder text not null,
  holder_name text not null,
  practice text[] not null,
  why text not null check (why in ('prescriber', 'copy', 'reader')),
  severity text not null check (severity in ('critical', 'corrected', 'abnormal', 'unjudged', 'normal', 'withdrawn')),
  -- JSON text of LineContent: what is shown of it.
  content text not null,
  came_at timestamptz not null,
  state text not null default 'new' check (state in ('new', 'seen', 'call-back', 'delegated', 'superseded')),
  answered_by text,
  answered_name text,
  answered_at timestamptz,
  delegate text,
  delegate_name text,
  -- How far its escalation went, and when it goes further.
  level int not null default 0,
  next_at timestamptz,
  primary key (patient_id, line_id),
  unique (patient_id, document_id, holder)
);
create index inbox_by_holder on exchange.inbox_line (holder, came_at desc);
create index inbox_by_delegate on exchange.inbox_line (delegate) where state = 'delegated';
create index inbox_by_practice on exchange.inbox_line using gin (practice) where level > 0;
create index inbox_unanswered on exchange.inbox_line (structure, came_at) where state = 'new';
create index inbox_due on exchange.inbox_line (next_at) where next_at is not null;
create unique index inbox_by_id on exchange.inbox_line (line_id);

-- Told, called, answered, delegated, escalated: who, when, to whom.
create table exchange.inbox_step (
  patient_id uuid not null,
  line_id uuid not null,
  step_id uuid not null,
  at timestamptz not null,
  kind text not null check (kind in ('told', 'called', 'seen', 'call-back', 'delegated', 'reopened', 'escalated')),
  by_id text not null,
  by_name text not null,
  -- Whom it concerns: the person called, the colleague, the place told.
  other text,
  words text,
  primary key (patient_id, line_id, step_id)
);

-- Absences: a colleague by name covers from one day to another, both included. Nothing of patients.
create table exchange.absence (
  absence_id uuid primary key,
  holder text not null,
  holder_name text not null,
  covered_by text not null,
  covered_name text not null,
  from_day date not null,
  to_day date not null,
  declared_at timestamptz not null,
  ended_at timestamptz,
  check (to_day >= from_day)
);
create index absence_by_cover on exchange.absence (covered_by, to_day);

-- Prescribed, and not come back yet: met by the report that answers it, or ended by a person.
create table exchange.expected (
  patient_id uuid not null,
  expected_id uuid not null,
  holder text not null,
  words text not null,
  prescribed_on date not null,
  noted_at timestamptz not null,
  met_by uuid,
  ended_at timestamptz,
  primary key (patient_id, expected_id)
);
create index expected_by_holder on exchange.expected (holder, prescribed_on) where met_by is null and ended_at is null;

select access.protect('exchange.inbox_line'), access.protect('exchange.inbox_step'), access.protect('exchange.expected');
