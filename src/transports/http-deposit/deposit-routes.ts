import type { Principal } from '#access';
import { Refusal } from '#kernel';
import type { FastifyInstance, FastifyReply } from 'fastify';
import { z } from 'zod';

/** What the journey answers about a deposit; its states and codes are the contract of the door. */
const receiptSchema = z.object({
  depositId: z.string().describe('Id of this deposit: ask after it at /api/deposits/{id}'),
  state: z
    .enum(['stored', 'identity', 'processing', 'refused'])
    .describe('stored; identity: kept, a person has to say whose it is; refused: kept in quarantine'),
  documentId: z.string().nullable(),
  uniqueId: z.string().nullable().describe('Identifier of the document as its sender wrote it'),
  receivedAt: z.string(),
  refusal: z.object({ code: z.string(), at: z.string().nullable(), message: z.string() }).nullable(),
});
export type DepositReceipt = z.infer<typeof receiptSchema>;

const refusalSchema = z.object({
  code: z.string(),
  at: z.string().nullable(),
  message: z.string(),
  remedy: z.string(),
  retry: z.boolean(),
  depositId: z.string().optional().describe('When the original was kept in quarantine'),
});

export interface DepositDoor {
  /** Takes a report all the way; answers when it is durable. @throws Refusal */
  receive(arrival: {
    bytes: Buffer;
    mediaType: string;
    sender: Principal;
    receivedAt: Date;
  }): Promise<{ receipt: DepositReceipt; isNew: boolean }>;
  /** The receipt of a deposit of this sender. */
  receipt(depositId: string, sender: Principal): Promise<DepositReceipt | undefined>;
  maxBytes: number;
}

/** Formats that the door reads; any other Content-Type is refused with 415 before its bytes are read. */
const MEDIA_TYPES = [
  'application/xml',
  'text/xml',
  'application/hl7-cda+xml',
  'application/xslt+xml',
  'application/fhir+json',
  'application/hl7-v2',
  'application/hl7-v2+er7',
  'x-application/hl7-v2+er7',
  // HPRIM has no registered type; it knows no INS, so what comes by it waits for a person unless a link was made.
  'text/hprim',
  'application/hprim',
  'application/x-hprim',
  'text/x-hprim',
];

/**
 * The deposit door: `POST /api/deposits`, raw body, one report each. 201 stored, 202 kept and waiting for a person, 200 the same
 * bytes again, 409 the same identifier with other bytes, 4xx refused with the reason, 503 try again.
 */
export async function depositRoutes(app: FastifyInstance, door: DepositDoor): Promise<void> {
  app.addContentTypeParser(MEDIA_TYPES, { parseAs: 'buffer', bodyLimit: door.maxBytes }, (_request, body, done) => done(null, body));

  app.post(
    '/api/deposits',
    {
      config: { guard: 'system' },
      bodyLimit: door.maxBytes,
      schema: {
        summary: 'Deposit a laboratory report',
        description: `Raw body, one document. Content-Type decides the format: ${MEDIA_TYPES.join(', ')}.`,
        tags: ['deposits'],
        response: { 200: receiptSchema, 201: receiptSchema, 202: receiptSchema, '4xx': refusalSchema, 503: refusalSchema },
      },
    },
    async (request, reply) => {
      const bytes = request.body;
      if (!Buffer.isBuffer(bytes))
        throw new Refusal('deposit.unsupported-format', 'the body is empty or its Content-Type is not read by this door', {
          at: 'Content-Type',
        });
      const mediaType = request.headers['content-type'] ?? '';
      const { receipt, isNew } = await door.receive({ bytes, mediaType, sender: request.principal!, receivedAt: new Date() });
      return answer(reply, receipt, isNew);
    },
  );

  app.get<{ Params: { depositId: string } }>(
    '/api/deposits/:depositId',
    {
      config: { guard: 'system' },
      schema: {
        summary: 'What became of a deposit',
        tags: ['deposits'],
        params: z.object({ depositId: z.uuid() }),
        response: { 200: receiptSchema, '4xx': refusalSchema },
      },
    },
    async (request) => {
      const receipt = await door.receipt(request.params.depositId, request.principal!);
      if (!receipt) throw new Refusal('request.not-found', 'no deposit of this sender has this id', { at: 'depositId' });
      return receipt;
    },
  );
}

function answer(reply: FastifyReply, receipt: DepositReceipt, isNew: boolean): FastifyReply {
  const status = receipt.state === 'identity' ? 202 : isNew ? 201 : 200;
  return reply.code(status).header('location', `/api/deposits/${receipt.depositId}`).send(receipt);
}
