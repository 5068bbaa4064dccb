import { askedAsOne, type Sql } from '#kernel';
import type { SENDER_STATES, Structure } from './contract.ts';

export interface Practitioner {
  /** National identifier: `8` and the RPPS number. */
  rpps: string;
  family: string;
  given: string;
  /** DR, PR… */
  title?: string;
  /** JDV_J01. */
  profession?: string;
  speciality?: string;
  /** The words of both. */
  professionLabel?: string;
  specialityLabel?: string;
  /** Their own addresses in the secure mail of health (MSSanté). */
  mailboxes: string[];
  /** FINESS of where they work; a practice without FINESS is not one of them. */
  structures: string[];
}

/** A system that deposits by itself, with the structures it may deposit for. */
export interface Sender {
  clientId: string;
  name: string;
  structures: string[];
  software?: string;
  softwareVersion?: string;
  formats: string[];
  state: (typeof SENDER_STATES)[number];
  /** Whom to call when it sends something wrong. */
  contact?: string;
  /** Where its reports are read at the laboratory (`resultsAt`). */
  resultsUrl?: string;
  /** How it proves who it is: by assertions that its key signs unless said, or by the certificate (`x5c` of its keys) of its TLS connection. */
  proof?: 'key' | 'certificate';
  /** Public keys (RFC 7517), for private_key_jwt; with their certificates in `x5c` when these are the proof (RFC 8705). */
  jwks?: { keys: Record<string, unknown>[] };
  /** Instead of keys, in a demo region only. */
  secret?: string;
  connectedSince: Date;
  /** Addresses of secure mail from which it deposits. */
  mailboxes?: string[];
}

const STRUCTURE = `s.finess, s.name, s.kind, s.group_name as "group", s.place,
  (select t.phone from directory.site t where t.site_id = s.finess) as phone`;

type Nullable<T> = { [K in keyof T]: T[K] | null };

/** Without the columns that hold nothing: in our types an unknown value is absent. */
function known<T extends object>(row: Nullable<T>): T {
  return Object.fromEntries(Object.entries(row).filter(([, value]) => value !== null)) as T;
}

export async function structure(sql: Sql, finess: string): Promise<Structure | undefined> {
  const [row] = await sql.query<Nullable<Structure>>(
    'directory-structure',
    `select ${STRUCTURE} from directory.structure s where s.finess = $1`,
    [finess],
  );
  return row && known<Structure>(row);
}

/** Every place of the region, by name. */
export async function structures(sql: Sql): Promise<Structure[]> {
  const rows = await sql.query<Nullable<Structure>>(
    'directory-structures',
    `select ${STRUCTURE} from directory.structure s order by s.name, s.finess`,
  );
  return rows.map((row) => known<Structure>(row));
}

/** Inserts or brings up to date. */
export async function upsertStructures(tx: Sql, given: readonly Structure[]): Promise<void> {
  await tx.query(
    'directory-upsert-structures',
    `insert into directory.structure (finess, name, kind, group_name, place)
     select * from jsonb_to_recordset($1::jsonb) as g(finess text, name text, kind text, "group" text, place text)
     on conflict (finess) do update set name = excluded.name, kind = excluded.kind, group_name = excluded.group_name, place = excluded.place`,
    [JSON.stringify(given)],
  );
  await tx.query(
    'directory-upsert-structure-sites',
    `insert into directory.site (site_id, finess, name, city, phone)
     select finess, finess, name, place, phone from jsonb_to_recordset($1::jsonb) as g(finess text, name text, place text, phone text)
     on conflict (site_id) do update set name = excluded.name, city = coalesce(excluded.city, directory.site.city),
       phone = coalesce(excluded.phone, directory.site.phone)`,
    [JSON.stringify(given)],
  );
}

const SENDER = `s.client_id as "clientId", s.name, s.software, s.software_version as "softwareVersion", s.formats, s.state, s.contact, s.results_url as "resultsUrl", s.proof, s.jwks,
  s.demo_secret as secret, s.connected_since as "connectedSince",
  array(select t.finess from directory.sender_structure t where t.client_id = s.client_id order by t.finess) as structures,
  nullif(array(select m.address from directory.sender_mailbox m where m.client_id = s.client_id order by m.address), '{}') as mailboxes`;

/** A sender that may still send: a closed one is nobody. */
export async function findSender(sql: Sql, clientId: string): Promise<Sender | undefined> {
  const [row] = await sql.query<Nullable<Sender>>(
    'directory-sender',
    `select ${SENDER} from directory.sender s where s.client_id = $1 and s.state <> 'closed'`,
    [clientId],
  );
  return row && known<Sender>(row);
}

/** A sender in any state, for those who keep the register. */
export async function anySender(sql: Sql, clientId: string): Promise<Sender | undefined> {
  const [row] = await sql.query<Nullable<Sender>>(
    'directory-any-sender',
    `select ${SENDER} from directory.sender s where s.client_id = $1`,
    [clientId],
  );
  return row && known<Sender>(row);
}

/** Of these FINESS numbers, those of no structure of the directory. */
export async function unknownStructures(sql: Sql, finess: readonly string[]): Promise<string[]> {
  const rows = await sql.query<{ finess: string }>(
    'directory-unknown-structures',
    'select g.finess from unnest($1::text[]) as g(finess) where not exists (select from directory.structure s where s.finess = g.finess)',
    [finess],
  );
  return rows.map((row) => row.finess);
}

/** A sender that may get a token here: in production, not one that is only being tried, since what it sends would enter true records. */
export async function admittedSender(sql: Sql, clientId: string, mode: 'demo' | 'production'): Promise<Sender | undefined> {
  const sender = await findSender(sql, clientId);
  return mode === 'production' && sender?.state !== 'production' ? undefined : sender;
}

/**
 * The system registered with this certificate, which showed it to prove itself (RFC 8705 §2.2), if it may send here.
 * @param certificate DER, base64: as the first `x5c` of one of its keys
 */
export async function senderOfCertificate(sql: Sql, certificate: string, mode: 'demo' | 'production'): Promise<Sender | undefined> {
  const rows = await sql.query<Nullable<Sender>>(
    'directory-sender-of-certificate',
    `select ${SENDER} from directory.sender s where s.proof = 'certificate' and s.state <> 'closed' and s.jwks @> $1::jsonb`,
    [JSON.stringify({ keys: [{ x5c: [certificate] }] })],
  );
  // The certificates after the first are those of authorities: their holder is not the system.
  const own = rows
    .map((row) => known<Sender>(row))
    .filter(({ jwks }) => jwks?.keys.some(({ x5c }) => Array.isArray(x5c) && x5c[0] === certificate));
  return own.find(({ state }) => mode === 'demo' || state === 'production');
}

/** The system that deposits from this address, if it may send here. */
export async function senderOfMailbox(sql: Sql, address: string, mode: 'demo' | 'production'): Promise<Sender | undefined> {
  const [row] = await sql.query<Nullable<Sender>>(
    'directory-sender-of-mailbox',
    `select ${SENDER} from directory.sender_mailbox b join directory.sender s using (client_id) where b.address = lower($1) and s.state <> 'closed'`,
    [address],
  );
  const sender = row && known<Sender>(row);
  return mode === 'production' && sender?.state !== 'production' ? undefined : sender;
}

/** Of these addresses, those from which another system deposits. */
export async function mailboxesOfOthers(sql: Sql, addresses: readonly string[], clientId: string): Promise<string[]> {
  const rows = await sql.query<{ address: string }>(
    'directory-mailboxes-of-others',
    'select address from directory.sender_mailbox where address = any($1::text[]) and client_id <> $2',
    [addresses, clientId],
  );
  return rows.map(({ address }) => address);
}

export async function senders(sql: Sql): Promise<Sender[]> {
  const rows = await sql.query<Nullable<Sender>>('directory-senders', `select ${SENDER} from directory.sender s order by s.name`);
  return rows.map((row) => known<Sender>(row));
}

/** Inserts or brings up to date; the date of the first connection stays. Structures and mailboxes are exactly those given. */
export async function upsertSenders(tx: Sql, given: readonly Sender[]): Promise<void> {
  const rows = JSON.stringify(given);
  await tx.query(
    'directory-upsert-senders',
    `insert into directory.sender (client_id, name, software, software_version, formats, state, contact, results_url, proof, jwks, demo_secret, connected_since)
     select "clientId", name, software, "softwareVersion", array(select jsonb_array_elements_text(formats)), state, contact, nullif("resultsUrl", ''), proof, jwks, secret, "connectedSince"
       from jsonb_to_recordset($1::jsonb) as g("clientId" text, name text, software text, "softwareVersion" text, formats jsonb, state text, contact text, "resultsUrl" text,
                                               proof text, jwks jsonb, secret text, "connectedSince" timestamptz)
     on conflict (client_id) do update set name = excluded.name, software = excluded.software, software_version = excluded.software_version,
       formats = excluded.formats, state = excluded.state, contact = excluded.contact, results_url = excluded.results_url, proof = excluded.proof, jwks = excluded.jwks, demo_secret = excluded.demo_secret`,
    [rows],
  );
  await tx.query('directory-clear-sender-structures', 'delete from directory.sender_structure where client_id = any($1::text[])', [
    given.map(({ clientId }) => clientId),
  ]);
  await tx.query(
    'directory-insert-sender-structures',
    `insert into directory.sender_structure (client_id, finess)
     select distinct "clientId", finess from jsonb_to_recordset($1::jsonb) as g("clientId" text, structures jsonb),
       jsonb_array_elements_text(structures) as finess`,
    [rows],
  );
  await tx.query('directory-clear-sender-mailboxes', 'delete from directory.sender_mailbox where client_id = any($1::text[])', [
    given.map(({ clientId }) => clientId),
  ]);
  await tx.query(
    'directory-insert-sender-mailboxes',
    `insert into directory.sender_mailbox (address, client_id)
     select distinct lower(address), "clientId" from jsonb_to_recordset($1::jsonb) as g("clientId" text, mailboxes jsonb),
       jsonb_array_elements_text(coalesce(mailboxes, '[]')) as address`,
    [rows],
  );
}

/** Where a laboratory shows its reports itself, by the system in production that deposits for it: the address with `{dossier}`, when one says it. */
export async function resultsUrlOf(sql: Sql, finess: string): Promise<string | undefined> {
  const [row] = await sql.query<{ url: string }>(
    'directory-results-url',
    `select s.results_url as url from directory.sender_structure t join directory.sender s using (client_id)
     where t.finess = $1 and s.results_url is not null and s.state = 'production' order by s.client_id limit 1`,
    [finess],
  );
  return row?.url;
}

/** Names of the region's laboratories for which no system sends yet: a record without them is not complete. */
export async function notConnected(sql: Sql): Promise<string[]> {
  const rows = await sql.query<{ name: string }>(
    'directory-not-connected',
    `select l.name from directory.structure l
      where l.kind = 'laboratory' and not exists (
        select from directory.sender_structure t join directory.sender s using (client_id) where t.finess = l.finess and s.state = 'production')
      order by l.name`,
  );
  return rows.map(({ name }) => name);
}

const PRACTITIONER = `p.rpps, p.family, p.given, p.title, p.profession, p.speciality,
  p.profession_label as "professionLabel", p.speciality_label as "specialityLabel",
  array(select m.address from directory.mailbox m where m.rpps = p.rpps and m.kind = 'PER' and m.ended_at is null order by m.address) as mailboxes,
  array(select distinct s.finess from directory.practice w join directory.site s using (site_id)
         where w.rpps = p.rpps and w.ended_at is null and s.finess is not null order by s.finess) as structures`;

export async function practitioner(sql: Sql, rpps: string): Promise<Practitioner | undefined> {
  const [row] = await sql.query<Nullable<Practitioner>>(
    'directory-practitioner',
    `select ${PRACTITIONER} from directory.practitioner p where p.rpps = $1`,
    [rpps],
  );
  return row && known<Practitioner>(row);
}

/** As `practitioner`, for work that goes on for several side by side. */
export const practitionerAmong = askedAsOne(async (sql: Sql, rpps: readonly string[]) => {
  const rows = await sql.query<Nullable<Practitioner>>(
    'directory-practitioners',
    `select ${PRACTITIONER} from directory.practitioner p where p.rpps = any($1::text[])`,
    [[...new Set(rpps)]],
  );
  const people = new Map(rows.map((row) => [row.rpps, known<Practitioner>(row)]));
  return rpps.map((number) => people.get(number));
});

/** Names of the professionals who work in these places (FINESS) today: not of those who left. */
export function namesOfPeopleAt(
  sql: Sql,
  finess: readonly string[],
): Promise<{ finess: string; rpps: string; family: string; given: string; title: string | null }[]> {
  return sql.query(
    'directory-names-at',
    `select s.finess, p.rpps, p.family, p.given, p.title from directory.site s
       join directory.practice w using (site_id) join directory.practitioner p using (rpps)
     where s.finess = any($1) and w.ended_at is null`,
    [finess],
  );
}

/** Inserts or brings up to date. Structures and mailboxes are exactly those given. */
export async function upsertPractitioners(tx: Sql, given: readonly Practitioner[]): Promise<void> {
  const rows = JSON.stringify(given);
  await tx.query(
    'directory-upsert-practitioners',
    `insert into directory.practitioner (rpps, family, given, title, profession, speciality, profession_label, speciality_label)
     select * from jsonb_to_recordset($1::jsonb) as g(rpps text, family text, given text, title text, profession text, speciality text,
                                                      "professionLabel" text, "specialityLabel" text)
     on conflict (rpps) do update set family = excluded.family, given = excluded.given, title = excluded.title, profession = excluded.profession,
       speciality = excluded.speciality, profession_label = excluded.profession_label, speciality_label = excluded.speciality_label`,
    [rows],
  );
  const people = given.map(({ rpps }) => rpps);
  await tx.query('directory-clear-practices', 'delete from directory.practice where rpps = any($1::text[])', [people]);
  await tx.query(
    'directory-insert-practices',
    `insert into directory.practice (rpps, site_id)
     select distinct rpps, finess from jsonb_to_recordset($1::jsonb) as g(rpps text, structures jsonb), jsonb_array_elements_text(structures) as finess`,
    [rows],
  );
  await tx.query('directory-clear-mailboxes', `delete from directory.mailbox where rpps = any($1::text[]) and kind = 'PER'`, [people]);
  await tx.query(
    'directory-insert-mailboxes',
    `insert into directory.mailbox (address, kind, rpps)
     select distinct on (address) lower(address), 'PER', rpps
       from jsonb_to_recordset($1::jsonb) as g(rpps text, mailboxes jsonb), jsonb_array_elements_text(mailboxes) as address order by address, rpps
     on conflict (address) do update set kind = excluded.kind, rpps = excluded.rpps, ended_at = null`,
    [rows],
  );
}

/** Addresses of places and of their software: brought again, they are brought up to date. */
export async function upsertPlaceMailboxes(tx: Sql, given: readonly PlaceMailbox[]): Promise<void> {
  await tx.query(
    'directory-upsert-place-mailboxes',
    `insert into directory.mailbox (address, kind, site_id, label)
     select lower(address), kind, finess, label from jsonb_to_recordset($1::jsonb) as g(address text, kind text, finess text, label text)
     on conflict (address) do update set kind = excluded.kind, rpps = null, site_id = excluded.site_id, label = excluded.label, ended_at = null`,
    [JSON.stringify(given)],
  );
}

/** An address of the secure mail of health, with whose it is. */
export interface Mailbox {
  address: string;
  kind: 'PER' | 'ORG' | 'APP' | 'CAB';
  rpps?: string;
  siteId?: string;
  service?: string;
  label?: string;
}

/** The mailbox of a place (`ORG`), or of its software (`APP`). */
export interface PlaceMailbox {
  address: string;
  kind: 'ORG' | 'APP';
  finess: string;
  label: string;
}

const MAILBOX = `m.address, m.kind, m.rpps, m.site_id as "siteId", m.service, m.label`;

/** Addresses of a professional (their own, and those of practices that bear their number); of several side by side, asked as one. */
export const mailboxesOfPractitioner = askedAsOne(async (sql: Sql, rpps: readonly string[]) => {
  const rows = await sql.query<Nullable<Mailbox>>(
    'directory-mailboxes-of-practitioners',
    `select ${MAILBOX} from directory.mailbox m where m.rpps = any($1::text[]) and m.ended_at is null
      order by array_position(array['PER', 'CAB', 'ORG', 'APP'], m.kind), m.address`,
    [[...new Set(rpps)]],
  );
  const own = Map.groupBy(
    rows.map((row) => known<Mailbox>(row)),
    (box) => box.rpps,
  );
  return rpps.map((number) => own.get(number) ?? []);
});

/** Addresses of a place: of the organisation and of its software, not of its people. */
export async function mailboxesOfStructure(sql: Sql, finess: string): Promise<Mailbox[]> {
  const rows = await sql.query<Nullable<Mailbox>>(
    'directory-mailboxes-of-structure',
    `select ${MAILBOX} from directory.mailbox m where m.site_id = $1 and m.kind in ('ORG', 'APP', 'CAB') and m.ended_at is null
      order by array_position(array['ORG', 'CAB', 'APP'], m.kind), m.address`,
    [finess],
  );
  return rows.map((row) => known<Mailbox>(row));
}

/** Whose address is it? Undefined when the directory does not know it: a mail must then not leave. */
export async function mailbox(sql: Sql, address: string): Promise<Mailbox | undefined> {
  const [row] = await sql.query<Nullable<Mailbox>>(
    'directory-mailbox',
    `select ${MAILBOX} from directory.mailbox m where m.address = lower($1) and m.ended_at is null`,
    [address],
  );
  return row && known<Mailbox>(row);
}
