import { askedAsOne, type Sql } from '#kernel';
import type { IdentityFacts, Patient, Traits } from './contract.ts';
import type { Ins } from './ins.ts';
import { statusOf } from './status.ts';
import { comparedName, type PrintedTraits, searchColumns, soundOf } from './traits.ts';

export interface PatientRow {
  patient_id: string;
  birth_family: string;
  birth_givens: string;
  first_birth_given: string;
  used_family: string | null;
  used_given: string | null;
  sex: 'M' | 'F' | 'UN';
  birth_date: string;
  birth_cog: string | null;
  birth_place_label: string | null;
  status: Patient['status'];
  ins_oid: string | null;
  ins_value: string | null;
  attributes: string[];
  deceased_on: string | null;
}

export const COLUMNS = `p.patient_id, p.birth_family, p.birth_givens, p.first_birth_given, p.used_family, p.used_given, p.sex, p.birth_date,
  p.birth_cog, p.birth_place_label, p.status, p.ins_oid, p.ins_value, p.attributes, p.deceased_on`;

/** A live record: not merged into another. */
export const LIVE = 'p.merged_into is null';

export function toPatient(row: PatientRow): Patient {
  const place = { ...(row.birth_cog && { cog: row.birth_cog }), ...(row.birth_place_label && { label: row.birth_place_label }) };
  return {
    patientId: row.patient_id,
    traits: {
      birthFamily: row.birth_family,
      birthGivens: row.birth_givens,
      firstBirthGiven: row.first_birth_given,
      ...(row.used_family && { usedFamily: row.used_family }),
      ...(row.used_given && { usedGiven: row.used_given }),
      sex: row.sex,
      birthDate: row.birth_date,
      ...((row.birth_cog || row.birth_place_label) && { birthPlace: place }),
    },
    status: row.status,
    ...(row.ins_oid && row.ins_value && { ins: { oid: row.ins_oid, value: row.ins_value } }),
    attributes: row.attributes,
    ...(row.deceased_on && { deceasedOn: row.deceased_on }),
  };
}

/** The hot path: two index look-ups, one row. */
export async function patientByIns(sql: Sql, ins: Ins): Promise<Patient | undefined> {
  const [row] = await sql.query<PatientRow>(
    'identity-by-ins',
    `select ${COLUMNS} from identity.ins i join identity.patient p using (patient_id) where i.oid = $1 and i.value = $2`,
    [ins.oid, ins.value],
  );
  return row && toPatient(row);
}

export async function patientById(sql: Sql, patientId: string): Promise<Patient | undefined> {
  const [row] = await patientsByIds(sql, [patientId]);
  return row;
}

/** Whether there is such a record, to read and to declare things on: one that was merged is read under its survivor. */
export async function isLivePatient(sql: Sql, patientId: string): Promise<boolean> {
  const rows = await sql.query('identity-is-live', `select 1 from identity.patient p where p.patient_id = $1 and ${LIVE}`, [patientId]);
  return rows.length === 1;
}

/** The record, kept from being merged until the end of the transaction; undefined when it is unknown or merged already. */
export async function livePatient(tx: Sql, patientId: string): Promise<Patient | undefined> {
  const [row] = await tx.query<PatientRow>(
    'identity-live-patient',
    `select ${COLUMNS} from identity.patient p where p.patient_id = $1 and ${LIVE} for update`,
    [patientId],
  );
  return row && toPatient(row);
}

/** As `patientById`, for work that goes on for several side by side. */
export const patientAmong = askedAsOne(async (sql: Sql, patientIds: readonly string[]) => {
  const known = new Map((await patientsByIds(sql, patientIds)).map((patient) => [patient.patientId, patient]));
  return patientIds.map((patientId) => known.get(patientId));
});

/** In no particular order; the unknown are absent. */
export async function patientsByIds(sql: Sql, patientIds: readonly string[]): Promise<Patient[]> {
  const rows = await sql.query<PatientRow>(
    'identity-by-ids',
    `select ${COLUMNS} from identity.patient p where p.patient_id = any($1::uuid[])`,
    [patientIds],
  );
  return rows.map(toPatient);
}

export interface Link {
  patientId: string;
  fingerprint: string;
  state: 'linked' | 'broken';
  attributes: string[];
}

/** What a person linked of a sender's own numbers. */
export async function linksOf(sql: Sql, senderFiness: string, ids: readonly { domain: string; localId: string }[]): Promise<Link[]> {
  if (ids.length === 0) return [];
  return sql.query<Link>(
    'identity-links',
    `select s.patient_id as "patientId", s.fingerprint, s.state, p.attributes
       from identity.source_identity s join identity.patient p using (patient_id)
      where s.sender_finess = $1 and (s.domain, s.local_id) in (select * from unnest($2::text[], $3::text[]))`,
    [senderFiness, ids.map(({ domain }) => domain), ids.map(({ localId }) => localId)],
  );
}

/** Keeps links as they are until the end of the transaction. */
export async function holdLinks(tx: Sql, senderFiness: string, ids: readonly { domain: string; localId: string }[]): Promise<void> {
  await tx.query(
    'identity-hold-links',
    `select 1 from identity.source_identity s
      where s.sender_finess = $1 and (s.domain, s.local_id) in (select * from unnest($2::text[], $3::text[])) for share`,
    [senderFiness, ids.map(({ domain }) => domain), ids.map(({ localId }) => localId)],
  );
}

/** Records of people born the same day under the same birth name: the same person, a homonym or a twin. */
export async function bornSameDay(sql: Sql, traits: Traits): Promise<Patient[]> {
  const rows = await sql.query<PatientRow>(
    'identity-born-same-day',
    `select ${COLUMNS} from identity.patient p where p.birth_date = $1 and p.compared_family = $2 and ${LIVE} limit 50`,
    [traits.birthDate, comparedName(traits.birthFamily)],
  );
  return rows.map(toPatient);
}

/** Enough of the haystack to rank in memory; a day of birth has some ten people in a region of 350,000. */
const MOST_LIKELY = 200;

/** Records worth scoring: same INS, same birth date, or a name, borne now or known otherwise, that sounds the same. */
export async function likelyPatients(sql: Sql, traits: PrintedTraits, ins: Ins | undefined): Promise<Patient[]> {
  const sound = traits.birthFamily && traits.firstBirthGiven ? soundOf(traits.birthFamily, traits.firstBirthGiven) : null;
  const sameIns = ins ? (await patientsByMatricule(sql, [ins.oid], ins.value)).map(({ patientId }) => patientId) : [];
  const rows = await sql.query<PatientRow>(
    'identity-likely',
    `select ${COLUMNS} from identity.patient p where ${LIVE} and p.patient_id in (
       select unnest($1::uuid[])
       union (select d.patient_id from identity.patient d where d.birth_date = $2 limit ${MOST_LIKELY})
       union (select s.patient_id from identity.patient s where s.sound = $3 limit ${MOST_LIKELY})
       union (select a.patient_id from identity.alias a where a.sound = $3 limit ${MOST_LIKELY}))`,
    [sameIns, traits.birthDate ?? null, sound],
  );
  return rows.map(toPatient);
}

export interface NewPatient {
  patientId: string;
  facts: IdentityFacts;
  /** FINESS of the structure whose document made this record. */
  receivedFrom?: string;
}

/** Keeps apart, until the end of the transaction, all makers of records of one birth name and birth date: each then sees the other's. */
export async function lockNeighbourhood(tx: Sql, traits: Traits): Promise<void> {
  await tx.query('identity-lock-neighbourhood', 'select pg_advisory_xact_lock($1, hashtext($2))', [
    NEIGHBOURHOOD_LOCK,
    `${traits.birthDate} ${comparedName(traits.birthFamily)}`,
  ]);
}
/** First key of our advisory locks: any number, the same for all servers. */
const NEIGHBOURHOOD_LOCK = 420_197;

/**
 * Makes records, each claiming its INS when it has one. Of two makers of one INS at the same time, the second waits here until the first has
 * committed or rolled back.
 * @returns the ids made; absent are those whose INS, or id, is already there
 */
export async function insertPatients(tx: Sql, patients: readonly NewPatient[], now: Date): Promise<Set<string>> {
  const rows = await tx.query<{ patient_id: string }>(
    'identity-insert-patients',
    `with given as (select * from jsonb_populate_recordset(null::identity.patient, $1::jsonb)),
     claimed as (
       insert into identity.ins (oid, value, patient_id)
       select ins_oid, ins_value, patient_id from given where ins_oid is not null
       on conflict (oid, value) do nothing returning patient_id)
     insert into identity.patient
     select g.* from given g where g.ins_oid is null or g.patient_id in (select patient_id from claimed)
     on conflict (patient_id) do nothing returning patient_id`,
    [JSON.stringify(patients.map((patient) => toRow(patient, now)))],
  );
  return new Set(rows.map((row) => row.patient_id));
}

function toRow({ patientId, facts, receivedFrom }: NewPatient, now: Date) {
  return {
    patient_id: patientId,
    ...factColumns(facts),
    received_from: receivedFrom,
    attributes: facts.doubts,
    created_at: now.toISOString(),
  };
}

/** The columns that hold the facts, the marks apart, and those that are made of them. */
export function factColumns(facts: IdentityFacts) {
  const { traits, ins, insiAt, document, deceasedOn } = facts;
  const search = searchColumns(traits);
  return {
    birth_family: traits.birthFamily,
    birth_givens: traits.birthGivens,
    first_birth_given: traits.firstBirthGiven,
    used_family: traits.usedFamily,
    used_given: traits.usedGiven,
    sex: traits.sex,
    birth_date: traits.birthDate,
    birth_cog: traits.birthPlace?.cog,
    birth_place_label: traits.birthPlace?.label,
    status: statusOf(facts),
    ins_oid: ins?.oid,
    ins_value: ins?.value,
    insi_at: insiAt,
    document,
    deceased_on: deceasedOn,
    compared_family: search.comparedFamily,
    search_family: search.searchFamily,
    search_words: search.searchWords,
    sound: search.sound,
  };
}

/** Pairs of live records with the same birth name and birth date, of which at least the first is among `patientIds`. */
export async function neighbourPairs(sql: Sql, patientIds: readonly string[]): Promise<[Patient, Patient][]> {
  const rows = await sql.query<PatientRow & { of: string }>(
    'identity-neighbours',
    `select a.patient_id as of, ${COLUMNS} from identity.patient a
       join identity.patient p on p.birth_date = a.birth_date and p.compared_family = a.compared_family and p.patient_id <> a.patient_id
      where a.patient_id = any($1::uuid[]) and a.merged_into is null and ${LIVE}`,
    [patientIds],
  );
  const own = new Map((await patientsByIds(sql, [...new Set(rows.map(({ of }) => of))])).map((patient) => [patient.patientId, patient]));
  return rows.flatMap((row): [Patient, Patient][] => {
    const patient = own.get(row.of);
    return patient ? [[patient, toPatient(row)]] : [];
  });
}

/** Adds marks where they are missing. @returns the records that changed, with all their marks */
export function addMarks(tx: Sql, patientIds: readonly string[], marks: readonly string[]): Promise<Marked[]> {
  return tx.query<Marked & Record<string, unknown>>(
    'identity-add-marks',
    `update identity.patient set attributes = array(select distinct unnest(attributes || $2::text[]) order by 1)
      where patient_id = any($1::uuid[]) and not attributes @> $2::text[] returning patient_id as "patientId", attributes`,
    [patientIds, marks],
  );
}

export interface Marked {
  patientId: string;
  attributes: string[];
}

/** Live records of a matricule, in the given domains: the survivor when its own record was merged. */
export async function patientsByMatricule(sql: Sql, oids: readonly string[], value: string): Promise<Patient[]> {
  const rows = await sql.query<PatientRow>(
    'identity-by-matricule',
    `with recursive up as (
       select p.patient_id, p.merged_into from identity.ins i join identity.patient p using (patient_id) where i.oid = any($1::text[]) and i.value = $2
       union select p.patient_id, p.merged_into from up join identity.patient p on p.patient_id = up.merged_into)
     select ${COLUMNS} from up join identity.patient p using (patient_id) where ${LIVE}`,
    [oids, value],
  );
  return rows.map(toPatient);
}

/** Live records by a number in one of these domains: a matricule, or a number of some sender's that a person linked. */
export async function patientsByNumber(sql: Sql, roots: readonly string[], extension: string): Promise<Patient[]> {
  const rows = await sql.query<PatientRow>(
    'identity-by-number',
    `with recursive up as (
       select p.patient_id, p.merged_into from identity.patient p where p.patient_id in (
         select i.patient_id from identity.ins i where i.oid = any($1::text[]) and i.value = $2
         union select s.patient_id from identity.source_identity s where s.domain = any($1::text[]) and s.local_id = $2 and s.state = 'linked')
       union select p.patient_id, p.merged_into from up join identity.patient p on p.patient_id = up.merged_into)
     select ${COLUMNS} from up join identity.patient p using (patient_id) where ${LIVE}`,
    [roots, extension],
  );
  return rows.map(toPatient);
}

/** Replaces the marks that come from neighbours; those that a person set (DOUT, FICT) stay. @returns the record, if that changed it */
export function setMarks(tx: Sql, patientId: string, marks: readonly string[]): Promise<Marked[]> {
  return tx.query<Marked & Record<string, unknown>>(
    'identity-set-marks',
    `with wanted as (
       select p.patient_id, array(select a from unnest(p.attributes) a where a not in ('HOMA', 'TWIN') union select unnest($2::text[]) order by 1) as marks
         from identity.patient p where p.patient_id = $1)
     update identity.patient p set attributes = w.marks from wanted w
      where p.patient_id = w.patient_id and p.attributes <> w.marks returning p.patient_id as "patientId", p.attributes`,
    [patientId, marks],
  );
}
