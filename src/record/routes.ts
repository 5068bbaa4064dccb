import { notConnected } from '#directory';
import { type Action, askOf, lastVisit, passDoor } from '#access';
import { personOf } from '#identity';
import { type Db, Refusal, type Sql } from '#kernel';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { followPatient } from './follow.ts';
import { type Validations, withReadings } from './former-readings.ts';
import type { Relay } from './relay.ts';
import { patientReportsBytes } from './show-patient.ts';
import { originalOf } from './show-original.ts';
import { reportView } from './show-report.ts';
import { noteTold, reportItem, visibleReports } from './visible-reports.ts';

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

/**
 * Everything read of a patient's reports. Each route passes the one door of access, which writes one audit event. A record that was merged into
 * another is read, and judged, as that one: with the documents of all the records of the person.
 */
export async function recordRoutes(app: FastifyInstance, { db, relay, validations }: RecordRoutesDeps): Promise<void> {
  const follow = followPatient({ db, relay });
  const guarded = (summary: string, params: z.ZodType) => ({
    config: { guard: 'patient-data' as const },
    schema: { summary, tags: ['record'], params },
  });
  const ask = (request: FastifyRequest<PatientParams>, action: Action, patientId: string, object?: string) =>
    askOf(request, action, { patientId, object });

  const askReport = async (request: FastifyRequest<DocumentParams>, action: Action, what: 'view' | 'file') => {
    const { documentId } = request.params;
    const { patientId, homes } = await personOf(db, request.params.patientId);
    const item = (tx: Sql) => reportItem(tx, homes, documentId, what);
    return { door: { ...ask(request, action, patientId, documentId), item }, homes };
  };

  app.get<PatientParams>(
    '/api/patients/:patientId/biology',
    {
      ...guarded('All reports of a patient that this reader may see (PatientReports)', patientParams),
      config: { guard: 'patient-data' as const, readsByDoor: true },
    },
    async (request, reply) => {
      const asked = ask(request, 'biology.read', request.params.patientId);
      const { now } = asked;
      const bytes = await passDoor(db, { ...asked, isFollowed: true, atOnce: true }, async (tx, { reader, homes }) => {
        const patientId = homes[0]!;
        const [unconnected, visit, reports] = await Promise.all([
          notConnected(tx),
          lastVisit(tx, request.principal!, patientId, now),
          visibleReports(tx, homes, reader),
        ]);
        return patientReportsBytes(reports, { patientId, notConnected: unconnected, asOf: now.toISOString(), lastVisit: visit });
      });
      return reply.type('application/json; charset=utf-8').header('cache-control', 'no-store').send(bytes);
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
    guarded('New, changed or withdrawn reports of an open patient (server-sent events, PatientEvent)', patientParams),
    (request, reply) =>
      follow(request, reply, request.params.patientId, {
        action: 'biology.follow',
        isFollowed: ({ kind, item }) => kind.startsWith('report-') || (kind === 'document-changed' && item.category === 'biology-report'),
      }),
  );

  app.get<PatientParams>(
    '/api/patients/:patientId/documents/events',
    guarded('New, changed or withdrawn documents of an open patient, of every kind (server-sent events, PatientEvent)', patientParams),
    (request, reply) => follow(request, reply, request.params.patientId, { action: 'document.follow', isFollowed: () => true }),
  );
}
