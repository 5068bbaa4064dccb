-- Records about which the national INSi service has still to be asked: one row each until it has answered.
create table identity.insi_request (
  patient_id uuid primary key,
  asked_at timestamptz not null,
  next_at timestamptz not null,
  attempts int not null default 0
);
create index insi_request_due on identity.insi_request (next_at);
