import { zstdDecompressSync } from 'node:zlib';
import type { ZodTypeProvider } from '@fastify/type-provider-zod';
import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { passDoor, principalOf } from '#access';
import { personOf } from '#identity';
import { type Db, Refusal, type Sql } from '#kernel';
import { documentById, originalOf } from '#record';
import type { ExchangeState, Messages, ToMend, Trace } from './contract.ts';
import { type Replayed, replay, tryReplay } from './replay.ts';
import { door, ownOf, scopeOf } from './route-door.ts';
import { messagesOf } from './messages.ts';
import { STATES } from './store-messages.ts';
import { bytesOf, findDocument, toMend } from './store-trace.ts';
import { stateOf } from './state.ts';
import { lineToMend, traceOf } from './trace.ts';

const TOGETHER = 500;
const MESSAGES_SHOWN = 50;
const query = z.object({
  id: z.string().trim().min(8).max(200).describe('uniqueId of the document, documentId, id of a delivery, or Message-ID'),
});
const messagesQuery = z.object({
  sender: z.string().max(40).optional().describe('FINESS of whose documents'),
  state: z.enum(STATES).optional(),
  from: z.iso.date().optional().describe('First day, in the zone of the region'),
  to: z.iso.date().optional().describe('Last day, included'),
});
const params = z.object({ deliveryId: z.uuid() });
const body = z.object({
  deliveryIds: z.array(z.uuid()).min(1).max(TOGETHER),
  isTrial: z.boolean().optional().describe('Says what would happen, and does nothing'),
});

const recallBody = z.object({ documentId: z.uuid(), reason: z.string().trim().min(3).max(500) });

export interface ExchangeRoutesDeps {
  db: Db;
  domains: ReadonlySet<string> | undefined;
  /** IANA zone of the region: days are its days. */
  zone: string;
  /** Takes a document out of the record that it should not be in, in this transaction. */
  recall(tx: Sql, asked: { documentId: string; who: { id: string; name: string }; reason: string; now: Date }): Promise<void>;
}

/** What was sent to a mailbox is a mail; to a software, what it speaks. */
function extensionOf(bytes: Buffer): string {
  const head = bytes.subarray(0, 5).toString('latin1');
  const known = Object.entries({ 'MSH|': 'hl7', 'POST ': 'http', PATCH: 'http', PK: 'zip', '%PDF': 'pdf', '<': 'xml', 'H|': 'hpr' });
  return known.find(([start]) => head.startsWith(start))?.[1] ?? 'eml';
}

/**
 * What laboratories and the regional team follow of what is sent on. A laboratory sees its own documents; an operator sees every journey, and no
 * patient in any.
 */
export async function exchangeRoutes(app: FastifyInstance, { db, domains, recall, zone }: ExchangeRoutesDeps): Promise<void> {
  const typed = app.withTypeProvider<ZodTypeProvider>();
  typed.get(
    '/api/exchange/trace',
    {
      config: { guard: 'signed-in' },
      schema: { summary: 'Everything that happened to one document of mine on its way', tags: ['exchange'], querystring: query },
    },
    async (request): Promise<Trace> => {
      const found = await findDocument(db, request.query.id, scopeOf(request));
      const withPatient = principalOf(request).role !== 'operator';
      const asked = found ? { patientId: found.patientId, object: found.documentId, producer: found.structure } : {};
      return passDoor(db, door(request, 'exchange.follow', asked), async (tx) => {
        const trace = found && (await traceOf(tx, found, { withPatient }));
        if (!trace)
          throw new Refusal('request.not-found', 'no document of this structure that was sent on has this identifier', { at: 'id' });
        return trace;
      });
    },
  );

  typed.get(
    '/api/exchange/messages',
    {
      config: { guard: 'signed-in' },
      schema: { summary: 'The latest messages of mine, by sender, state and day', tags: ['exchange'], querystring: messagesQuery },
    },
    async (request): Promise<Messages> =>
      passDoor(db, door(request, 'exchange.follow', { object: 'messages' }), (tx) =>
        messagesOf(tx, { ...request.query, scope: scopeOf(request), zone, most: MESSAGES_SHOWN }),
      ),
  );

  typed.get(
    '/api/exchange/state',
    { config: { guard: 'signed-in' }, schema: { summary: 'What waits, what fails, what each system sent these days', tags: ['exchange'] } },
    async (request): Promise<ExchangeState> =>
      passDoor(db, door(request, 'region.read', { object: 'exchange' }), (tx) => stateOf(tx, { zone, now: new Date() })),
  );

  typed.get(
    '/api/exchange/to-mend',
    { config: { guard: 'signed-in' }, schema: { summary: 'What did not leave or did not arrive, with what to do', tags: ['exchange'] } },
    async (request): Promise<ToMend[]> =>
      passDoor(db, door(request, 'exchange.follow'), async (tx) => (await toMend(tx, scopeOf(request), TOGETHER)).map(lineToMend)),
  );

  typed.get(
    '/api/exchange/deliveries/:deliveryId/mail',
    { config: { guard: 'signed-in' }, schema: { summary: 'The mail of a delivery of mine, byte for byte', tags: ['exchange'], params } },
    async (request, reply) => {
      const { deliveryId } = request.params;
      const found = await bytesOf(db, deliveryId, ownOf(request));
      const asked = { object: deliveryId, ...(found && { patientId: found.patientId, producer: found.structure }) };
      const raw = await passDoor(db, door(request, 'exchange.mail', asked), async () => {
        if (!found) throw new Refusal('request.not-found', 'no mail of this structure has this id', { at: 'deliveryId' });
        return zstdDecompressSync(found.zstd);
      });
      return reply
        .type('application/octet-stream')
        .header('content-disposition', `attachment; filename="${deliveryId}.${extensionOf(raw)}"`)
        .header('cache-control', 'no-store')
        .send(raw);
    },
  );

  typed.get(
    '/api/exchange/documents/:documentId/received',
    {
      config: { guard: 'signed-in' },
      schema: {
        summary: 'The bytes of a document of mine as they were received',
        tags: ['exchange'],
        params: z.object({ documentId: z.uuid() }),
      },
    },
    async (request, reply) => {
      const { documentId } = request.params;
      const found = await findDocument(db, documentId, ownOf(request));
      const asked = { object: documentId, ...(found && { patientId: found.patientId, producer: found.structure }) };
      const { bytes } = await passDoor(db, door(request, 'exchange.mail', asked), async (tx) => {
        const { homes } = found ? await personOf(tx, found.patientId) : { homes: [] };
        const item = await documentById(tx, homes, documentId);
        if (!item) throw new Refusal('request.not-found', 'no document of this structure in a record has this id', { at: 'documentId' });
        return originalOf(tx, homes, documentId, item.kind);
      });
      return reply
        .type('application/octet-stream')
        .header('content-disposition', `attachment; filename="${documentId}.${extensionOf(bytes)}"`)
        .header('cache-control', 'no-store')
        .send(bytes);
    },
  );

  typed.post(
    '/api/exchange/recalls',
    {
      config: { guard: 'signed-in' },
      schema: {
        summary: 'Recalls everywhere a document of mine that was filed for the wrong patient',
        tags: ['exchange'],
        body: recallBody,
      },
    },
    async (request): Promise<{ documentId: string }> => {
      const { documentId, reason } = request.body;
      const found = await findDocument(db, documentId, ownOf(request));
      const asked = found ? { patientId: found.patientId, object: documentId, producer: found.structure } : {};
      const { id, name } = principalOf(request);
      return passDoor(db, door(request, 'exchange.recall', asked), async (tx) => {
        if (!found) throw new Refusal('request.not-found', 'no document of this structure has this id', { at: 'body.documentId' });
        await recall(tx, { documentId, who: { id, name }, reason, now: new Date() });
        return { documentId };
      });
    },
  );

  typed.post(
    '/api/exchange/replay',
    { config: { guard: 'signed-in' }, schema: { summary: 'Puts deliveries back on their way, one or many', tags: ['exchange'], body } },
    async (request): Promise<Replayed> =>
      passDoor(db, door(request, 'exchange.replay'), (tx) =>
        (request.body.isTrial ? tryReplay : replay)(tx, {
          ...request.body,
          structures: scopeOf(request),
          domains,
          by: principalOf(request).id,
          now: new Date(),
        }),
      ),
  );
}
