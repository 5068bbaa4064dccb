import { notConnected } from '#directory';
import { type Action, type ItemReader, lastVisit, passDoor } from '#access';
import { personOf } from '#identity';
import { type Db, Refusal, type Sql } from '#kernel';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { z } from 'zod';
import type { PatientEvent } from './contract.ts';
import { type Validations, withReadings } from './former-readings.ts';
import type { Relay } from './relay.ts';
import { patientReportsJson } from './show-patient.ts';
import { originalOf } from './show-original.ts';
import { reportView } from './show-report.ts';
import { storedSince } from './store.ts';
import { type HeardEvent, heardBy, noteTold, reportItem, visibleReports, withItems } from './visible-reports.ts';
import { openPages, tellOpenPage } from './watch.ts';

export interface RecordRoutesDeps {
  db: Db;
  relay: Pick<Relay, 'subscribe'>;
  /** Who said what the own codes of a laboratory mean. */
  validations: Validations;
}

const patientParams = z.object({ patientId: z.uuid() });
const documentParams = z.object({ patientId: z.uuid(), documentId: z.uuid() });
type PatientParams = { Params: z.infer<typeof patientParams> };
type DocumentParams = { Params: z.infer<typeof documentParams> };

/** What was stored so shortly before a page follows is told as well: the page may have read the record just before it. It knows what it shows. */
const JUST_STORED_MILLISECONDS = 60_000;

/**
 * Everything read of a patient's reports. Each route passes the one door of access, which writes one audit event. A record that was merged into
 * another is read, and judged, as that one: with the documents of all the records of the person.
 */
export async function recordRoutes(app: FastifyInstance, { db, relay, validations }: RecordRoutesDeps): Promise<void> {
  const pages = openPages();
  const guarded = (summary: string, params: z.ZodType) => ({
    config: { guard: 'patient-data' as const },
    schema: { summary, tags: ['record'], params },
  });
  const ask = (request: FastifyRequest<PatientParams>, action: Action, patientId: string, object?: string) => ({
    who: request.principal!,
    action,
    patientId,
    ...(object !== undefined && { object }),
    via: request.routeOptions.url ?? request.url,
    now: new Date(),
  });

  const askReport = async (request: FastifyRequest<DocumentParams>, action: Action, what: 'view' | 'file') => {
    const { documentId } = request.params;
    const { patientId, homes } = await personOf(db, request.params.patientId);
    const item = (tx: Sql) => reportItem(tx, homes, documentId, what);
    return { door: { ...ask(request, action, patientId, documentId), item }, homes };
  };

  app.get<PatientParams>(
    '/api/patients/:patientId/biology',
    guarded('All reports of a patient that this reader may see (PatientReports)', patientParams),
    async (request, reply) => {
      const { patientId, homes } = await personOf(db, request.params.patientId);
      const now = new Date();
      const text = await passDoor(db, ask(request, 'biology.read', patientId), async (tx, { reader }) =>
        patientReportsJson(
          patientId,
          await visibleReports(tx, homes, reader),
          await notConnected(tx),
          now.toISOString(),
          await lastVisit(tx, request.principal!, patientId, now),
        ),
      );
      return reply.type('application/json; charset=utf-8').header('cache-control', 'no-store').send(text);
    },
  );

  app.get<DocumentParams>(
    '/api/patients/:patientId/reports/:documentId',
    guarded('One report as the laboratory printed it (ReportView)', documentParams),
    async (request, reply) => {
      const { documentId } = request.params;
      const { door, homes } = await askReport(request, 'report.read', 'view');
      const view = await passDoor(db, door, async (tx, { reader }) =>
        withReadings(tx, homes, await reportView(tx, homes, documentId, reader), validations),
      );
      return reply.header('cache-control', 'no-store').send(view);
    },
  );

  app.get<DocumentParams>(
    '/api/patients/:patientId/reports/:documentId/original',
    guarded('The original, byte for byte', documentParams),
    async (request, reply) => {
      const { documentId } = request.params;
      const { door, homes } = await askReport(request, 'report.original', 'file');
      const original = await passDoor(db, door, (tx) => originalOf(tx, homes, documentId, 'laboratory-report'));
      // Never shown inside our origin: an XML document may carry style sheets and scripts.
      return reply
        .type('application/octet-stream')
        .header('content-disposition', `attachment; filename="${documentId}.xml"`)
        .header('cache-control', 'no-store')
        .send(original.bytes);
    },
  );

  app.get<DocumentParams>(
    '/api/patients/:patientId/reports/:documentId/pdf',
    guarded("The laboratory's own PDF", documentParams),
    async (request, reply) => {
      const { documentId } = request.params;
      const { door, homes } = await askReport(request, 'report.pdf', 'file');
      const { pdf } = await passDoor(db, door, (tx) => originalOf(tx, homes, documentId, 'laboratory-report'));
      if (!pdf) throw new Refusal('request.not-found', 'this report encloses no PDF');
      return reply
        .type('application/pdf')
        .header('content-disposition', `inline; filename="${documentId}.pdf"`)
        .header('cache-control', 'no-store')
        .send(pdf);
    },
  );

  app.post<DocumentParams>(
    '/api/patients/:patientId/reports/:documentId/told',
    guarded('A professional notes having told the patient of this report: opens what waits for that', documentParams),
    async (request, reply) => {
      const { documentId } = request.params;
      const { door, homes } = await askReport(request, 'result.tell', 'view');
      await passDoor(db, door, (tx) => noteTold(tx, homes, documentId, { who: door.who, at: door.now }));
      return reply.code(204).send();
    },
  );

  app.post<PatientParams>(
    '/api/patients/:patientId/exports',
    guarded('What the reader has on the screen is printed or saved as a file: leaves its trace', patientParams),
    async (request, reply) => {
      const { patientId } = await personOf(db, request.params.patientId);
      await passDoor(db, ask(request, 'biology.export', patientId), async () => undefined);
      return reply.code(204).send();
    },
  );

  app.get<PatientParams>(
    '/api/patients/:patientId/events',
    guarded('New reports of an open patient (server-sent events, PatientEvent)', patientParams),
    async (request, reply) => {
      const { patientId, homes } = await personOf(db, request.params.patientId);
      const leave = pages.take(request.principal!.id);
      if (!leave) throw new Refusal('access.too-many', 'too many pages of this person follow a patient: close some');
      // Heard from before the record is asked, so that nothing falls between what the page has read and what it will be told.
      const early: HeardEvent[] = [];
      const subscribe = (hear: (event: HeardEvent) => void, onRights?: () => void) => {
        const stops = homes.map((home) => relay.subscribe(home, hear, onRights));
        return () => stops.forEach((stop) => stop());
      };
      const stopEarly = subscribe((event) => early.push(event));
      let recent: HeardEvent[];
      let reader: ItemReader;
      try {
        const since = new Date(Date.now() - JUST_STORED_MILLISECONDS);
        [recent, reader] = await passDoor(db, ask(request, 'biology.follow', patientId), async (tx, passage) => [
          await withItems(tx, await storedSince(tx, homes, since)),
          passage.reader,
        ]);
      } catch (error) {
        stopEarly();
        leave();
        throw error;
      }
      reply.hijack();
      const stream = reply.raw;
      stream.writeHead(200, {
        ...headersSoFar(reply.getHeaders()),
        'content-type': 'text/event-stream',
        'cache-control': 'no-store',
        'x-accel-buffering': 'no',
      });
      // A right may have ended: whoever has none any more hears nothing further, and is refused on coming back. After a merge or a split the
      // page comes back to the records that are read as one now, as who its person is now.
      const judgeAgain = async () => {
        const now = await personOf(db, request.params.patientId);
        if (now.patientId !== patientId || now.homes.toSorted().join() !== homes.toSorted().join()) return stream.end();
        await passDoor(db, ask(request, 'biology.follow', patientId), async (_tx, passage) => {
          reader = passage.reader;
        });
      };
      const follow = (hear: (event: PatientEvent) => void) => {
        const hearMine = (event: HeardEvent) => {
          const mine = heardBy(reader, event);
          if (mine) hear(mine);
        };
        for (const event of [...recent, ...early]) hearMine(event);
        return subscribe(hearMine, () => void judgeAgain().catch(() => stream.end()));
      };
      tellOpenPage(stream, follow, leave);
      stopEarly();
    },
  );
}

function headersSoFar(headers: ReturnType<import('fastify').FastifyReply['getHeaders']>): Record<string, string | number | string[]> {
  return Object.fromEntries(
    Object.entries(headers).filter((entry): entry is [string, string | number | string[]] => entry[1] !== undefined),
  );
}
