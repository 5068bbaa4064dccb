import { ONLY_CORRECTIONS } from '#formats';
import { Refusal, type Sql } from '#kernel';
import { idText, resultsBefore, type StoredResult, structureOf } from '#record';
import type { InHand } from './read-arrival.ts';

/**
 * A message of HL7 v2 replaces the former one about the same orders as a whole (snapshot, HL7 v2.5 §2.10.4). One that sends its corrections alone would
 * hide the results that it does not repeat: nobody would see them any more, and nothing would say so.
 *
 * @throws Refusal `report.unreadable` when the version before has results that this one leaves out
 */
export async function refusePartial(
  sql: Sql,
  { read, header }: InHand,
  patientId: string,
  results: readonly StoredResult[],
): Promise<void> {
  if (read.kind !== 'laboratory-report' || !header.setId || !read.report.warnings.some(({ code }) => code === ONLY_CORRECTIONS)) return;
  const { finess } = structureOf(header);
  const before = await resultsBefore(sql, { patientId, structure: finess, setId: idText(header.setId), version: header.version });
  if (before === undefined) return;
  const told = new Set(results.map(keyOf));
  const left = (JSON.parse(before) as StoredResult[]).filter((result) => !told.has(keyOf(result)));
  if (left.length === 0) return;
  throw new Refusal(
    'report.unreadable',
    `the message corrects results of its orders and leaves out ${left.length} others: send the orders whole, what did not change too`,
    { at: 'OBX-11' },
  );
}

const keyOf = ({ loinc, local, label, isolate }: StoredResult): string => `${loinc ?? local ?? label}^${isolate ?? ''}`;
