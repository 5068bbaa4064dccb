-- Systems that usually deposit and have stopped: told once to who runs the region, until they deposit again. Nothing of patients.
create table exchange.silence (
  -- Principal id: `system:…`.
  sender text primary key,
  last_at timestamptz not null,
  told_at timestamptz
);
-- The work of the system alone.
revoke all on exchange.silence from cigogne_reader;
