import { setImmediate } from 'node:timers/promises';
import type { ZodTypeProvider } from '@fastify/type-provider-zod';
import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { askOf, type ItemReader, passDoor, visibleItems } from '#access';
import { structure } from '#directory';
import { readClinicalDocument } from '#formats';
import { personOf, staysOf } from '#identity';
import type { Db, Sql } from '#kernel';
import { type DocumentItem, originalOf, visibleDocuments } from '#record';
import type { RecordContext, Stay } from './contract.ts';
import { joinContext } from './join-context.ts';
import { type DocumentContext, documentContext, headContext } from './read-context.ts';

/** Newest documents whose inside is read: some ten years of a heavy patient, read in less than a second. */
const MOST_READ = 150;

/** The time around the results, from what this reader may see of the record; passes the door, which writes one audit event. */
export async function contextRoutes(app: FastifyInstance, { db, zone }: { db: Db; zone: string }): Promise<void> {
  const typed = app.withTypeProvider<ZodTypeProvider>();
  typed.get(
    '/api/patients/:patientId/context',
    {
      config: { guard: 'patient-data' as const },
      schema: {
        summary: 'Stays, treatments, vaccinations, transfusions and documents on the time axis (RecordContext)',
        tags: ['biology'],
        params: z.object({ patientId: z.uuid() }),
      },
    },
    async (request, reply) => {
      const { patientId, homes } = await personOf(db, request.params.patientId);
      const door = askOf(request, 'context.read', { patientId });
      const taken = await passDoor(db, door, async (tx, { reader }) => {
        const visible = await visibleDocuments(tx, homes, reader);
        const listed = visible.filter(({ kind, current, status }) => kind === 'document' && current && status !== 'deleted');
        const readable = listed.filter(({ mediaType }) => /xml/i.test(mediaType)).slice(0, MOST_READ);
        const originals = new Map<string, Buffer>();
        for (const { documentId, kind } of readable) originals.set(documentId, (await originalOf(tx, homes, documentId, kind)).bytes);
        return { listed, originals, admitted: await admissions(tx, patientId, reader, zone) };
      });
      const read: DocumentContext[] = [];
      let unread = 0;
      for (const item of taken.listed) {
        const found = contextOf(item, taken.originals.get(item.documentId), zone);
        if (!found) unread++;
        read.push(found ?? headContext(item));
        /* Others are answered between two documents. */
        if (found) await setImmediate();
      }
      return reply
        .header('cache-control', 'no-store')
        .send({ ...joinContext(read, taken.admitted), unread, asOf: door.now.toISOString() } satisfies RecordContext);
    },
  );
}

/** @returns undefined for what is a file, or cannot be read: it is listed by its head */
function contextOf(item: DocumentItem, bytes: Buffer | undefined, zone: string): DocumentContext | undefined {
  if (!bytes) return undefined;
  try {
    return documentContext(item, readClinicalDocument(bytes, item.mediaType), zone);
  } catch {
    return undefined;
  }
}

/** Stays as admissions announce them: whoever may read the letter of a stay may know of it. A consultation is no stay. */
async function admissions(tx: Sql, patientId: string, reader: ItemReader, zone: string): Promise<Stay[]> {
  const told = visibleItems(reader, await staysOf(tx, patientId, zone), ({ structure: producer }) => ({
    category: 'hospital-report',
    producer,
  }));
  const names = new Map<string, string>();
  for (const { structure: finess } of told) {
    if (!names.has(finess)) names.set(finess, (await structure(tx, finess))?.name ?? finess);
  }
  return told.flatMap(({ structure: finess, kind, ward, from, until }): Stay[] => {
    if (from === undefined || (kind !== 'inpatient' && kind !== 'emergency')) return [];
    const stay = { kind: kind === 'emergency' ? ('emergency' as const) : ('stay' as const), finess, structure: names.get(finess)! };
    return [{ ...stay, label: ward ?? '', from, ...(until !== undefined && { until }) }];
  });
}
