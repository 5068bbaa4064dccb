import type { Db } from '#kernel';
import { Refusal } from '#kernel';
import { practicePatients } from './store.ts';
import { noteRecordRead, recordReads } from './store-outgoing.ts';
import { take, type Taken, type TakeDeps } from './take.ts';

/** The shared record, as the region lets the practice read it (PDSm): documents of a patient that changed since an instant. */
export interface SharedRecord {
  /** @param ins `urn:oid:…|value` */
  changed(ins: string, since: Date | undefined): Promise<{ reference: string; bytes: Uint8Array; mediaType: string }[]>;
}

/** What is stored while it is asked for must be asked for again. */
const OVERLAP_MS = 60_000;

/**
 * Reads the shared record of each patient whose identity is qualified, since it was last read: what came by mail before is known by its `uniqueId` and
 * filed once. A record that cannot be read is told, and read again next time; the others go on.
 */
export async function readRecord(
  deps: TakeDeps & { db: Db; tell: (line: string) => void },
  record: SharedRecord,
  now: Date,
): Promise<Taken[]> {
  const reads = await recordReads(deps.db);
  const taken: Taken[] = [];
  for (const { patientId, ins, isQualified } of await practicePatients(deps.db)) {
    if (!ins || !isQualified) continue;
    try {
      for (const { reference, bytes, mediaType } of await record.changed(`urn:oid:${ins.oid}|${ins.value}`, reads.get(patientId)))
        taken.push(...(await takeKept(deps, bytes, mediaType, reference)));
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      deps.tell(`record: ${error.message}`);
      if (error.code === 'store.unavailable') return taken;
      continue;
    }
    await noteRecordRead(deps.db, patientId, new Date(now.getTime() - OVERLAP_MS));
  }
  return taken;
}

/** What cannot be opened is kept with its reason, and does not hold back the others. */
async function takeKept(deps: TakeDeps, bytes: Uint8Array, mediaType: string, reference: string): Promise<Taken[]> {
  try {
    return await take(deps, bytes, mediaType, { channel: 'record', reference });
  } catch (error) {
    if (!(error instanceof Refusal) || error.code === 'store.unavailable') throw error;
    return [];
  }
}
