import type { ZodTypeProvider } from '@fastify/type-provider-zod';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { type Action, askOf, lastVisit, type Passage, passDoor, type Principal, principalOf, rightsVersion } from '#access';
import { personOf } from '#identity';
import { type Db, Refusal, type Sql } from '#kernel';
import { changeStatus, changeVisibility, isOwnDocument, mayChange, mayChangeStatus } from './document-acts.ts';
import type { DocumentItem, DocumentsFound, DocumentList, DocumentView, WhySeen } from './document-contract.ts';
import type { DocumentFiled, DocumentFiling } from './filing-contract.ts';
import { filingTypes } from './filing-types.ts';
import { readingOf } from './document-view.ts';
import { documentById } from './registry.ts';
import { originalOf } from './show-original.ts';
import { withoutAccents } from './fold-words.ts';
import { conclusionsAmong, searchTexts } from './store-text.ts';
import { compareVersions } from './version-number.ts';
import { itemOfDocument, itemToOpen, readableDocuments, visibleDocuments } from './visible-documents.ts';

/** What is listed unless the reader asks for all: our default, announced on the screen and removable (ANS, PDSm). */
export const RECENT_YEARS = 2;

const patientParams = z.object({ patientId: z.uuid() });
const documentParams = z.object({ patientId: z.uuid(), documentId: z.uuid() });
const text = (least: number, most: number) =>
  z
    .string()
    .trim()
    .min(least)
    .max(most)
    .regex(/^[^\0]*$/);
const filingBody = z.object({
  filingId: z.uuid(),
  mediaType: z.enum(['application/pdf', 'application/xml']),
  file: z.base64().min(8),
  about: z.object({ type: text(2, 40), title: text(2, 200), day: z.iso.date(), author: text(3, 200).exactOptional() }).exactOptional(),
  replaces: z.uuid().exactOptional(),
});
const statusBody = z.object({ act: z.enum(['archive', 'restore', 'delete']), reason: text(3, 500) });
const visibilityBody = z.object({
  act: z.enum(['hide', 'show']),
  mask: z.enum(['MASQUE_PS', 'INVISIBLE_PATIENT', 'INVISIBLE_REPRESENTANTS_LEGAUX']),
  reason: text(3, 500).exactOptional(),
  dueAt: z.iso.datetime({ offset: true }).exactOptional(),
});

export interface DocumentDoors {
  db: Db;
  /** Files a document into the record open before a person, through the door of access. */
  file: (asked: { who: Principal; patientId: string; filing: DocumentFiling; via: string; now: Date }) => Promise<DocumentFiled>;
  /** Of a file before it is written as base64. */
  maxBytes: number;
}

/** The documents of a patient, of every kind. Each route passes the one door of access, which writes one audit event. */
export async function documentRoutes(app: FastifyInstance, { db, file, maxBytes }: DocumentDoors): Promise<void> {
  const typed = app.withTypeProvider<ZodTypeProvider>();
  const guarded = <Schema extends object>(summary: string, schema: Schema) => ({
    config: { guard: 'patient-data' as const },
    schema: { summary, tags: ['record'], ...schema },
  });
  const ask = (request: FastifyRequest, action: Action, patientId: string) => askOf(request, action, { patientId });
  /** The question about one document: what it is decided by is looked for behind the door. `file`: the PDF, the original. */
  const askOne = async (request: FastifyRequest, action: Action, params: z.infer<typeof documentParams>, what: 'view' | 'file') => {
    const { documentId } = params;
    const { patientId, homes } = await personOf(db, params.patientId);
    const item = (tx: Sql) => itemToOpen(tx, homes, documentId, what);
    return { door: { ...ask(request, action, patientId), object: documentId, item }, patientId, homes };
  };

  typed.get(
    '/api/patients/:patientId/documents',
    guarded('The documents of a patient that this reader may see (DocumentList)', {
      params: patientParams,
      querystring: z.object({ period: z.enum(['recent', 'all']).default('recent') }),
    }),
    async (request, reply) => {
      const { patientId, homes } = await personOf(db, request.params.patientId);
      const door = ask(request, 'document.list', patientId);
      const list = await passDoor(db, door, async (tx, passage): Promise<DocumentList> => {
        const { documents: visible, whole } = await readableDocuments(tx, homes, passage.reader);
        const visit = await lastVisit(tx, door.who, patientId, door.now, 'document.list');
        const from = request.query.period === 'all' ? null : yearsBefore(door.now, RECENT_YEARS);
        const documents = from === null ? visible : visible.filter((item) => isRecent(item, from, visit));
        const isListed = ({ current }: DocumentItem) => current;
        const isWhole = new Set(whole);
        const telling = documents.filter(({ kind, current, documentId }) => kind === 'document' && current && isWhole.has(documentId));
        return {
          patientId,
          documents,
          from,
          conclusions: await conclusionsAmong(
            tx,
            homes,
            telling.map(({ documentId }) => documentId),
          ),
          olderCount: visible.filter(isListed).length - documents.filter(isListed).length,
          ...(visit && { lastVisit: visit.toISOString() }),
          why: whyOf(passage),
          mayFile: filingTypes(door.who, patientId),
          asOf: door.now.toISOString(),
        };
      });
      return reply.header('cache-control', 'no-store').send(list);
    },
  );

  typed.post(
    '/api/patients/:patientId/documents',
    {
      ...guarded('File a PDF or a CDA in the record that is open (DocumentFiled)', { params: patientParams, body: filingBody }),
      bodyLimit: Math.ceil((maxBytes * 4) / 3) + 8_192,
    },
    async (request, reply) => {
      const { who, via, now } = ask(request, 'document.feed', request.params.patientId);
      const filed = await file({ who, patientId: request.params.patientId, filing: request.body, via, now });
      return reply.code(filed.isNew ? 201 : 200).send(filed);
    },
  );

  typed.get(
    '/api/patients/:patientId/documents/search',
    guarded('Documents whose text holds all the words (DocumentsFound)', {
      params: patientParams,
      querystring: z.object({ q: text(2, 200) }),
    }),
    async (request, reply) => {
      const { patientId, homes } = await personOf(db, request.params.patientId);
      const asked = request.query.q;
      const door = ask(request, 'document.search', patientId);
      const found = await passDoor(db, door, async (tx, { reader }) => {
        const { whole } = await readableDocuments(tx, homes, reader);
        return searchTexts(tx, homes, whole, { asked, folded: withoutAccents(asked) });
      });
      return reply.header('cache-control', 'no-store').send({ found } satisfies DocumentsFound);
    },
  );

  typed.get(
    '/api/patients/:patientId/documents/:documentId',
    guarded('One document opened (DocumentView)', { params: documentParams }),
    async (request, reply) => {
      const { documentId } = request.params;
      const { door, homes } = await askOne(request, 'document.read', request.params, 'view');
      const view = await passDoor(db, door, async (tx, passage): Promise<DocumentView> => {
        const visible = await visibleDocuments(tx, homes, passage.reader);
        const document = visible.find((item) => item.documentId === documentId);
        if (!document) throw new Refusal('request.not-found', 'this patient has no such document');
        return {
          document,
          ...(await readingOf(tx, homes, document, passage.reader)),
          versions: versionsOf(document, visible),
          why: whyOf(passage),
          may: {
            ...mayChange(door.who, document),
            status: mayChangeStatus(door.who, document),
            replace: isReplaceable(door.who, document),
          },
        };
      });
      return reply.header('cache-control', 'no-store').send(view);
    },
  );

  for (const what of ['pdf', 'original'] as const) {
    typed.get(
      `/api/patients/:patientId/documents/:documentId/${what}`,
      guarded(what === 'pdf' ? 'The PDF of a document' : 'The original of a document, byte for byte', { params: documentParams }),
      async (request, reply) => {
        const { documentId } = request.params as z.infer<typeof documentParams>;
        const { door, homes } = await askOne(request, `document.${what}`, request.params as z.infer<typeof documentParams>, 'file');
        const { bytes, pdf, mediaType } = await passDoor(db, door, async (tx) => {
          const found = await documentById(tx, homes, documentId);
          if (!found) throw new Refusal('request.not-found', 'this patient has no such document');
          return originalOf(tx, homes, documentId, found.kind);
        });
        if (what === 'original') {
          // Never shown inside our origin: an XML document may carry style sheets and scripts.
          const name = `${documentId}.${mediaType === 'application/pdf' ? 'pdf' : 'xml'}`;
          return reply
            .type('application/octet-stream')
            .header('content-disposition', `attachment; filename="${name}"`)
            .header('cache-control', 'no-store')
            .send(bytes);
        }
        const file = mediaType === 'application/pdf' ? bytes : pdf;
        if (!file) throw new Refusal('request.not-found', 'this document encloses no PDF');
        return reply
          .type('application/pdf')
          .header('content-disposition', `inline; filename="${documentId}.pdf"`)
          .header('cache-control', 'no-store')
          .send(file);
      },
    );
  }

  typed.post(
    '/api/patients/:patientId/documents/:documentId/visibility',
    guarded('Hide a document from some readers, or show it again', { params: documentParams, body: visibilityBody }),
    async (request, reply) => {
      const { documentId } = request.params;
      const { door, homes } = await askOne(request, 'document.mask', request.params, 'view');
      await passDoor(db, door, async (tx) => {
        const found = await documentById(tx, homes, documentId);
        if (!found) throw new Refusal('request.not-found', 'this patient has no such document');
        await changeVisibility(tx, found.patientId, found, request.body, door);
      });
      return reply.code(204).send();
    },
  );

  typed.post(
    '/api/patients/:patientId/documents/:documentId/status',
    guarded('Archive, withdraw or restore a document', { params: documentParams, body: statusBody }),
    async (request, reply) => {
      const { documentId } = request.params;
      const { patientId, homes } = await personOf(db, request.params.patientId);
      const who = principalOf(request);
      const item = async (tx: Sql) => {
        const found = await documentById(tx, homes, documentId);
        if (found?.kind !== 'document') return undefined;
        // Withdrawn from everyone's reading, it can still be brought back by the one who answers for it.
        return { ...itemOfDocument(found), ...(isOwnDocument(who, found) && { status: 'current' as const }) };
      };
      const door = { ...ask(request, 'document.status', patientId), object: documentId, reason: request.body.reason, item };
      await passDoor(db, door, async (tx) => {
        const found = await documentById(tx, homes, documentId);
        if (!found) throw new Refusal('request.not-found', 'this patient has no such document');
        await changeStatus(tx, found, request.body, door);
      });
      return reply.code(204).send();
    },
  );
}

/** Who filed a document from a screen files its next version there too. */
const isReplaceable = (who: Principal, { channel, current, filedBy }: DocumentItem) =>
  channel === 'screen' && current && filedBy?.id === who.id;

/** An old document that came since the reader's last visit is listed too: it is new to them. */
const isRecent = ({ servedAt, receivedAt, status }: DocumentItem, from: string, visit: Date | undefined) =>
  (servedAt >= from || (visit !== undefined && receivedAt > visit.toISOString())) && status === 'current';

function yearsBefore(now: Date, years: number): string {
  const from = new Date(now);
  from.setUTCFullYear(from.getUTCFullYear() - years);
  return from.toISOString();
}

/** The versions of one document: of its set, and along what replaces what. */
function versionsOf(document: DocumentItem, visible: readonly DocumentItem[]): DocumentView['versions'] {
  const ofSet = (item: DocumentItem) => item.structure.finess === document.structure.finess && item.setId === document.setId;
  const replaced = (item: DocumentItem) => item.supersededBy === document.documentId || document.supersededBy === item.documentId;
  return visible
    .filter((item) => ofSet(item) || replaced(item))
    .map(({ documentId, version, issuedAt, current }) => ({ documentId, version, issuedAt, current }))
    .toSorted((a, b) => compareVersions(b, a) || (a.issuedAt < b.issuedAt ? 1 : -1));
}

function whyOf({ rule, because, link }: Passage): WhySeen {
  return { rule, because, ...(link && { link }), rightsVersion: rightsVersion() };
}
