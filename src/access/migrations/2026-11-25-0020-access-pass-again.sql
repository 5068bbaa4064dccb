-- What stands between a patient and these holders at an instant, as text: [[kind, holder, since in milliseconds], …] in one order, so that the same facts
-- are the same text. Care links in force, the choices of the patient about them or everyone, a death.
create function access.standing_of(patient uuid, holders text[], at timestamptz) returns text language plpgsql stable as $$
begin
  return (select coalesce(json_agg(json_build_array(kind, holder, floor(extract(epoch from since) * 1000)) order by holder, kind, since)::text, '[]') from (
    select kind, holder, since from access.care_link
     where patient_id = $1 and holder = any($2) and since <= $3 and (until is null or until > $3)
    union all
    select kind, holder, since from access.patient_choice
     where patient_id = $1 and (holder = '' or holder = any($2)) and since <= $3 and (until is null or until > $3)
    union all
    select 'deceased', '', $3 where access.has_died($1)) s);
end $$;

-- Adds one event at the end of its chain; the head's row is locked until the transaction ends.
-- chain, bytes that are hashed, patient_id, at, actor, actor_name, role, organisation, organisation_name, acts_for, action, object, via, mode, allowed, rule,
-- rights_version, reason
create function access.append_event(uuid, bytea, uuid, timestamptz, text, text, text, text, text, text, text, text, text, text, boolean, text, text, text)
returns void language plpgsql as $$
begin
  with head as (
    insert into access.audit_head as h (chain, sequence, previous_hash, hash)
    values ($1, 1, decode(repeat('00', 32), 'hex'), sha256(decode(repeat('00', 32), 'hex') || int8send(1) || $2))
    on conflict (chain) do update
      set sequence = h.sequence + 1, previous_hash = h.hash, hash = sha256(h.hash || int8send(h.sequence + 1) || $2)
    returning sequence, previous_hash, hash)
  insert into access.audit_event (chain, sequence, patient_id, at, actor, actor_name, role, organisation, organisation_name,
    acts_for, action, object, via, mode, allowed, rule, rights_version, reason, previous_hash, hash)
  select $1, sequence, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, previous_hash, hash from head;
end $$;

-- The door, for who passed it before: holds what was decided by against what is so now, the session first, and writes the event and opens the records only if
-- nothing differs. Anything else ends the transaction with CG001: nothing of it was done, and the door has to be asked from the beginning.
-- is_followed: the record asked for is read under the one that it was merged into. account: what a software's token stands for, when it came with one.
-- The others are those of append_event.
create function access.pass_again(
  session bytea, idle_since timestamptz, opened_since timestamptz, account_id text, account jsonb,
  asked uuid, is_followed boolean, homes uuid[], holders text[], standing text,
  uuid, bytea, uuid, timestamptz, text, text, text, text, text, text, text, text, text, text, boolean, text, text, text)
returns void language plpgsql as $$
begin
  if (session is not null and not exists (
        select from access.session s where s.id_hash = session and s.ended_at is null and s.seen_at > idle_since and s.opened_at > opened_since))
    or (account_id is not null and not exists (
        select from access.oidc_item i where i.model = 'SmartAccount' and i.id = account_id and i.payload = account
          and (i.expires_at is null or i.expires_at > $14)))
    or access.homes_of(case when is_followed then access.survivor_of(asked) else asked end) is distinct from homes
    or access.standing_of($13, holders, $14) is distinct from standing
  then
    raise exception 'what was decided by is not so any more' using errcode = 'CG001';
  end if;
  perform access.append_event($11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23, $24, $25, $26, $27, $28),
    set_config('cigogne.records', array_to_string(homes, ','), true),
    -- Statements of a reading are short, and the same each time: planning one again would cost more than it.
    set_config('plan_cache_mode', 'force_generic_plan', true);
end $$;
