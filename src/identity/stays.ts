import { readHl7Time, type Sql } from '#kernel';
import { compareTraits, isConcordant } from './compare.ts';
import type { Patient, Stay } from './contract.ts';
import { permits } from './status.ts';
import { patientsByIds } from './store.ts';
import { personOf } from './store-merges.ts';
import { visitsOf, type VisitRow } from './store-source.ts';
import { contradicts, fingerprintOf } from './traits.ts';

/** What has no kind of its own in HL7 table 0004 is a stay like another. */
const KINDS: Readonly<Record<string, Stay['kind']>> = { I: 'inpatient', E: 'emergency', O: 'outpatient', R: 'recurring' };

/**
 * The stays and consultations that hospitals told of a person (HL7 v2 ADT), the latest first. A message is theirs by the rules of a report: under
 * their INS with strict traits that agree, or under a number that a person linked and traits that do not contradict the link. So a merge, a split
 * or a corrected name is followed at once.
 * The caller has passed the door of the record.
 * @param zone IANA zone of times that carry no offset
 */
export async function staysOf(sql: Sql, patientId: string, zone: string): Promise<Stay[]> {
  return staysOfHomes(sql, (await personOf(sql, patientId)).homes, zone);
}

/** The same, of the records that are read as one (`homes` of the door): all is asked at once. */
export async function staysOfHomes(sql: Sql, homes: readonly string[], zone: string): Promise<Stay[]> {
  const [patients, rows] = await Promise.all([patientsByIds(sql, homes), visitsOf(sql, homes)]);
  const records = new Map(patients.map((record) => [record.patientId, record]));
  return foldStays(
    rows.filter((row) => isTheirs(row, records.get(row.patientId))),
    zone,
  );
}

/** As `identify` judges a report: nothing is joined by itself to a doubtful or fictitious identity, nor by link to a homonym. */
export function isTheirs({ traits, linked }: VisitRow, record: Patient | undefined): boolean {
  if (!record) return false;
  if (linked === null) return permits(record, 'automatic-filing') && isConcordant(compareTraits(traits, record.traits));
  return !record.attributes.some((mark) => ['HOMA', 'DOUT', 'FICT'].includes(mark)) && !contradicts(linked, fingerprintOf(traits));
}

interface Told extends VisitRow {
  /** Milliseconds since 1970. */
  at: number;
}

/** Messages as stays: those of one visit number are one stay, and what was said last holds. */
export function foldStays(rows: readonly VisitRow[], zone: string): Stay[] {
  const told = rows.map((row): Told => ({ ...row, at: epochOf(row.happenedAt, zone) ?? row.receivedAt.getTime() }));
  const stays = new Map<string, Stay>();
  const open = new Map<string, string>();
  for (const row of told.toSorted((a, b) => a.at - b.at || a.receivedAt.getTime() - b.receivedAt.getTime())) {
    if (row.visit.class === 'N') continue; // a patient told of without a stay
    const key = keyOf(row, open);
    stays.set(key, fold(stays.get(key), row, zone));
  }
  const begins = ({ from, until }: Stay) => from ?? until ?? '';
  return [...stays.values()].toSorted((a, b) => (begins(a) < begins(b) ? 1 : -1));
}

/** Which stay a message is about: its visit number, else the admission that it names, else the last one that began under this number. */
function keyOf(row: Told, open: Map<string, string>): string {
  const { senderFiness, domain, localId, visit, event } = row;
  const [number] = visit.ids;
  if (number) return [senderFiness, number.root, number.extension].join('|');
  const patient = [senderFiness, domain, localId].join('|');
  const begins = visit.admittedAt ?? (event === 'A01' || event === 'A04' ? row.happenedAt : undefined);
  const key = begins === undefined ? (open.get(patient) ?? patient) : `${patient}|${begins}`;
  open.set(patient, key);
  return key;
}

function fold(before: Stay | undefined, { senderFiness, visit, event, happenedAt }: Told, zone: string): Stay {
  const isStart = event === 'A01' || event === 'A04';
  const from = instantOf(visit.admittedAt ?? (isStart ? happenedAt : undefined), zone) ?? before?.from;
  const until = instantOf(visit.dischargedAt ?? (event === 'A03' ? happenedAt : undefined), zone) ?? before?.until;
  const number = visit.ids[0]?.extension ?? before?.number;
  const ward = visit.ward ?? before?.ward;
  return {
    structure: senderFiness,
    kind: KINDS[visit.class ?? ''] ?? before?.kind ?? 'other',
    ...(number !== undefined && { number }),
    ...(ward !== undefined && { ward }),
    ...(from !== undefined && { from }),
    ...(until !== undefined && { until }),
  };
}

const epochOf = (time: string, zone: string): number | undefined => readHl7Time(time, zone)?.epochMs;

function instantOf(time: string | undefined, zone: string): string | undefined {
  const epoch = time === undefined ? undefined : epochOf(time, zone);
  return epoch === undefined ? undefined : new Date(epoch).toISOString();
}
