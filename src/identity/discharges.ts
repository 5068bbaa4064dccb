import type { Sql } from '#kernel';
import type { Stay } from './contract.ts';
import { foldStays, isTheirs } from './stays.ts';
import { patientsByIds } from './store.ts';
import { survivorsOf } from './store-merges.ts';
import { visitsOfDischarged } from './store-source.ts';

/** A stay in hospital that ended. */
export interface Discharge extends Stay {
  /** The live record of whose stay it is; absent when nobody knows yet. */
  patientId?: string;
}

export interface Period {
  /** FINESS; null: of every structure. */
  structures: readonly string[] | null;
  from: Date;
  /** Not included. */
  until: Date;
  /** IANA zone of times that carry no offset. */
  zone: string;
}

const DAY_MS = 86_400_000;
const hl7Day = (at: number) => new Date(at).toISOString().slice(0, 10).replaceAll('-', '');

/** The stays of inpatients that ended in a period, as hospitals told of them (HL7 v2 ADT^A03). For counts: the caller shows nobody. */
export async function dischargesIn(sql: Sql, { structures, from, until, zone }: Period): Promise<Discharge[]> {
  // Times are text in the zone of each message: a day more on each side, then the exact instants.
  const rows = await visitsOfDischarged(sql, structures, hl7Day(from.getTime() - DAY_MS), hl7Day(until.getTime() + 2 * DAY_MS));
  const records = new Map(
    (await patientsByIds(sql, [...new Set(rows.flatMap(({ patientId }) => patientId ?? []))])).map((one) => [one.patientId, one]),
  );
  const survivors = await survivorsOf(sql, [...records.keys()]);
  const byNumber = Map.groupBy(rows, ({ senderFiness, domain, localId }) => `${senderFiness}|${domain}|${localId}`);
  return [...byNumber.values()].flatMap((told) => {
    const known = told.find((row) => row.patientId !== null && isTheirs({ ...row, patientId: row.patientId }, records.get(row.patientId)));
    const patientId = known?.patientId === undefined || known.patientId === null ? undefined : survivors.get(known.patientId);
    const unique = [...new Map(told.map((row) => [`${row.event} ${row.happenedAt} ${row.receivedAt.getTime()}`, row])).values()];
    return foldStays(
      unique.map((row) => ({ ...row, patientId: row.patientId ?? '' })),
      zone,
    )
      .filter(({ kind, until: end }) => kind === 'inpatient' && end !== undefined && end >= from.toISOString() && end < until.toISOString())
      .map((stay) => ({ ...stay, ...(patientId !== undefined && { patientId }) }));
  });
}
