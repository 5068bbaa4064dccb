import type { IncomingHttpHeaders } from 'node:http';
import type { Principal } from '#access';
import { Refusal, refusalBody, REFUSALS } from '#kernel';
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

const PART_SCHEMA = z.object({
  at: z.string().describe('Which document of the file: `document 2`, `message 3`'),
  status: z.number().describe('What this document alone would have been answered'),
  receipt: receiptSchema.optional(),
  withdrawn: z.string().optional().describe('The document that the file asked to withdraw'),
  refusal: receiptSchema.shape.refusal
    .unwrap()
    .extend({ remedy: z.string(), retry: z.boolean(), depositId: z.string().optional() })
    .optional(),
});

const refusalSchema = z.object({
  code: z.string(),
  at: z.string().nullable(),
  message: z.string(),
  remedy: z.string(),
  retry: z.boolean(),
  depositId: z.string().optional().describe('When the original was kept in quarantine'),
});

interface Deposited {
  receipt: DepositReceipt;
  isNew: boolean;
}

/** What became of one document of a file that held several. */
type Part = { at: string } & ({ deposited: Deposited } | { withdrawn: string } | { refusal: Refusal & { depositId?: string } });

export interface DepositDoor {
  /** Takes a file all the way; answers when all of it is durable. @throws Refusal */
  receive(arrival: { bytes: Buffer; mediaType: string; sender: Principal; receivedAt: Date }): Promise<Deposited | { parts: Part[] }>;
  /** The receipt of a deposit of this sender. */
  receipt(depositId: string, sender: Principal): Promise<DepositReceipt | undefined>;
  maxBytes: number;
  /** When a deposit came, if not now: a demo region tells of days gone by. Absent in production. */
  arrivedAt?: ((headers: IncomingHttpHeaders) => Date | undefined) | undefined;
}

/** Formats that the door reads; any other Content-Type is refused with 415 before its bytes are read. */
const MEDIA_TYPES = [
  'application/xml',
  'text/xml',
  'application/hl7-cda+xml',
  'application/xslt+xml',
  'application/fhir+json',
  'application/fhir+xml',
  'application/hl7-v2',
  'application/hl7-v2+er7',
  'x-application/hl7-v2+er7',
  // HPRIM has no registered type; it knows no INS, so what comes by it waits for a person unless a link was made.
  'text/hprim',
  'application/hprim',
  'application/x-hprim',
  'text/x-hprim',
  // Archives of IHE XDM.
  'application/zip',
  'application/x-zip-compressed',
];

/**
 * The deposit door: `POST /api/deposits`, raw body. 201 stored, 202 kept and waiting for a person, 200 the same bytes again, 409 the same
 * identifier with other bytes, 4xx refused with the reason, 503 try again. An archive (IHE XDM) and a batch of HL7 v2 hold several documents: 207,
 * and what became of each.
 */
export async function depositRoutes(app: FastifyInstance, door: DepositDoor): Promise<void> {
  app.addContentTypeParser(MEDIA_TYPES, { parseAs: 'buffer', bodyLimit: door.maxBytes }, (_request, body, done) => done(null, body));

  app.post(
    '/api/deposits',
    {
      config: { guard: 'system' },
      bodyLimit: door.maxBytes,
      schema: {
        summary: 'Deposit a laboratory report or another clinical document',
        description:
          `Raw body. Content-Type decides the format: ${MEDIA_TYPES.join(', ')}. One document is answered by its receipt; ` +
          'an archive (IHE XDM) or a batch of HL7 v2 messages by 207 and a receipt or a refusal for each document in it.',
        tags: ['deposits'],
        response: {
          200: receiptSchema,
          201: receiptSchema,
          202: receiptSchema,
          207: z.object({ documents: z.array(PART_SCHEMA) }),
          '4xx': refusalSchema,
          503: refusalSchema,
        },
      },
    },
    async (request, reply) => {
      const bytes = request.body;
      if (!Buffer.isBuffer(bytes))
        throw new Refusal('deposit.unsupported-format', 'the body is empty or its Content-Type is not read by this door', {
          at: 'Content-Type',
        });
      const mediaType = request.headers['content-type'] ?? '';
      const receivedAt = door.arrivedAt?.(request.headers) ?? new Date();
      const taken = await door.receive({ bytes, mediaType, sender: request.principal!, receivedAt });
      return 'parts' in taken ? reply.code(207).send({ documents: taken.parts.map(partBody) }) : answer(reply, taken);
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

const statusOf = ({ receipt, isNew }: Deposited): number => (receipt.state === 'identity' ? 202 : isNew ? 201 : 200);

function answer(reply: FastifyReply, deposited: Deposited): FastifyReply {
  const { receipt } = deposited;
  return reply.code(statusOf(deposited)).header('location', `/api/deposits/${receipt.depositId}`).send(receipt);
}

function partBody(part: Part): z.infer<typeof PART_SCHEMA> {
  const { at } = part;
  if ('deposited' in part) return { at, status: statusOf(part.deposited), receipt: part.deposited.receipt };
  if ('withdrawn' in part) return { at, status: 200, withdrawn: part.withdrawn };
  const { refusal } = part;
  const { depositId } = refusal;
  return { at, status: REFUSALS[refusal.code].http, refusal: { ...refusalBody(refusal), ...(depositId !== undefined && { depositId }) } };
}
