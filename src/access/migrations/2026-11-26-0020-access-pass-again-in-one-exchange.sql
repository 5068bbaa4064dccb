-- The door of who passed before is one exchange: no statement comes before this one, so it says itself how it and what follows it are planned.

-- The door, for who passed it before: holds what was decided by against what is so now, the session first, and writes the event and opens the records only if
-- nothing differs. Anything else ends the transaction with CG001: nothing of it was done, and the door has to be asked from the beginning.
-- is_followed: the record asked for is read under the one that it was merged into. account: what a software's token stands for, when it came with one.
-- standing: what stands between the patient and these holders, as text: [[kind, holder, since in milliseconds], …] in one order.
-- The others: chain, bytes that are hashed, patient_id, at, actor, actor_name, role, organisation, organisation_name, acts_for, action, object, via, mode,
-- allowed, rule, rights_version, reason.
-- It calls as few functions as it can: each has to be begun and ended, which costs as much as what it does.
create or replace function access.pass_again(
  session bytea, idle_since timestamptz, opened_since timestamptz, account_id text, account jsonb,
  asked uuid, is_followed boolean, homes uuid[], holders text[], standing text,
  uuid, bytea, uuid, timestamptz, text, text, text, text, text, text, text, text, text, text, boolean, text, text, text)
returns void language plpgsql as $$
declare
  told text;
begin
  -- Whatever the values, the same few rows are looked up by their keys, here and in what follows: planned once.
  told := set_config('plan_cache_mode', 'force_generic_plan', true);
  told := set_config('enable_seqscan', 'off', true);
  if (session is not null and not exists (
        select from access.session s where s.id_hash = session and s.ended_at is null and s.seen_at > idle_since and s.opened_at > opened_since))
    or (account_id is not null and not exists (
        select from access.oidc_item i where i.model = 'SmartAccount' and i.id = account_id and i.payload = account
          and (i.expires_at is null or i.expires_at > $14)))
    or access.homes_read_with(asked, is_followed) is distinct from homes
    -- Word for word as the door reads it (STANDING in store.ts): otherwise it would always be asked from the beginning.
    or (select coalesce(json_agg(json_build_array(kind, holder, floor(extract(epoch from since) * 1000)) order by holder, kind, since)::text, '[]')
        from (
          select kind, holder, since from access.care_link
           where patient_id = $13 and holder = any(holders) and since <= $14 and (until is null or until > $14)
          union all
          select kind, holder, since from access.patient_choice
           where patient_id = $13 and (holder = '' or holder = any(holders)) and since <= $14 and (until is null or until > $14)
          union all
          select 'deceased', '', $14 where access.has_died($13)) s) is distinct from standing
  then
    raise exception 'what was decided by is not so any more' using errcode = 'CG001';
  end if;
  with head as (
    insert into access.audit_head as h (chain, sequence, previous_hash, hash)
    values ($11, 1, decode(repeat('00', 32), 'hex'), sha256(decode(repeat('00', 32), 'hex') || int8send(1) || $12))
    on conflict (chain) do update
      set sequence = h.sequence + 1, previous_hash = h.hash, hash = sha256(h.hash || int8send(h.sequence + 1) || $12)
    returning sequence, previous_hash, hash)
  insert into access.audit_event (chain, sequence, patient_id, at, actor, actor_name, role, organisation, organisation_name,
    acts_for, action, object, via, mode, allowed, rule, rights_version, reason, previous_hash, hash)
  select $11, sequence, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23, $24, $25, $26, $27, $28, previous_hash, hash from head;
  told := set_config('cigogne.records', array_to_string(homes, ','), true);
end $$;
