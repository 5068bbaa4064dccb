import { createHash } from 'node:crypto';
import { type DocumentHeader, readClinicalDocument, readLabReport } from '#formats';
import { Refusal } from '#kernel';
import { type FiledDocument, idText, structureOf } from '#record';
import type { Asking } from './door.ts';
import { documentId, seriesId } from './ids.ts';
import type { JsonObject } from './json.ts';
import { identifierOf } from './make-report.ts';
import type { Bundle, Resource } from './resource.ts';
import { mustBeSystem, type Written } from './write.ts';
import type { BatchEntry, Deposited, WriteDeps } from './write-deps.ts';

/**
 * Publishing a document as PDSm and IHE MHD do: one fiche with its bytes (ITI-105), or a submission set of one document (ITI-65). The document
 * itself goes by the same journey as by any other door, and it is what it says that counts: a fiche that says otherwise is refused.
 * Source: PDSm 3.1.1; IHE MHD 4.2.
 */

const SUBMISSION_SET = 'submissionset';

export const isSubmission = (entries: readonly BatchEntry[]): boolean =>
  entries.some(({ resource }) => resource?.['resourceType'] === 'List') &&
  entries.some(({ resource }) => resource?.['resourceType'] === 'DocumentReference');

/** ITI-105: `POST /fhir/DocumentReference` with `content.attachment.data`, and no url. */
export async function publishOne(deps: WriteDeps, asking: Asking, fiche: JsonObject): Promise<Written> {
  mustBeSystem(asking.who);
  const { data, url } = attachmentOf(fiche);
  if (data === undefined || url !== undefined)
    throw new Refusal('request.invalid', 'a fiche published alone holds its document (content.attachment.data) and no url', {
      at: 'DocumentReference.content.attachment',
    });
  const published = await publish(deps, asking, fiche, decoded(data));
  const { base } = asking;
  const status = published.deposited.receipt.state === 'identity' ? 202 : published.deposited.isNew ? 201 : 200;
  const location = published.filed
    ? `${base}/DocumentReference/${idOf(published.filed)}`
    : `${base.replace(/\/fhir$/, '')}/api/deposits/${published.deposited.receipt.depositId}`;
  const { content: _content, ...rest } = fiche;
  return { status, resource: { ...rest, ...(published.filed && { id: idOf(published.filed) }) } as Resource, location };
}

/** ITI-65: a transaction of one submission set (List), one fiche and its Binary; a fiche that it replaces may be patched as superseded. */
export async function publishSubmission(deps: WriteDeps, asking: Asking, entries: readonly BatchEntry[]): Promise<Bundle> {
  mustBeSystem(asking.who);
  const ofType = (type: string) =>
    entries.filter(({ resource, request }) => request.method === 'POST' && resource?.['resourceType'] === type);
  const [list, ...otherLists] = ofType('List');
  const [fiche, ...otherFiches] = ofType('DocumentReference');
  if (!list || otherLists.length > 0)
    throw new Refusal('request.invalid', 'a submission has one List of code submissionset', { at: 'Bundle.entry' });
  // Each document is durable by itself: two of them could not be taken or refused together.
  if (!fiche || otherFiches.length > 0) throw new Refusal('request.invalid', 'one document a submission', { at: 'Bundle.entry' });
  const set = submissionOf(list.resource!, fiche);
  for (const entry of entries) checkEntry(entry);
  const { url, data } = attachmentOf(fiche.resource!);
  const binary = ofType('Binary').find(({ fullUrl }) => fullUrl === url)?.resource;
  const text = data ?? (typeof binary?.['data'] === 'string' ? binary['data'] : undefined);
  if (text === undefined)
    throw new Refusal('request.invalid', 'the document is not in the Bundle', { at: 'DocumentReference.content.attachment.url' });
  const { deposited, filed } = await publish(deps, asking, fiche.resource!, decoded(text));
  if (filed)
    await deps.keepSubmission({
      ...set,
      patientId: filed.patientId,
      documentIds: [filed.documentId],
      metadata: JSON.stringify(list.resource),
    });
  return {
    resourceType: 'Bundle',
    type: 'transaction-response',
    entry: entries.map((entry) => answerOf(entry, { deposited, filed, set: set.uniqueId })),
  };
}

function answerOf(
  entry: BatchEntry,
  { deposited, filed, set }: { deposited: Deposited; filed: FiledDocument | undefined; set: string },
): Record<string, unknown> {
  const { receipt, isNew } = deposited;
  if (entry.request.method === 'PATCH') return { response: { status: '200 OK' } };
  const status = receipt.state === 'identity' ? '202 Accepted' : isNew ? '201 Created' : '200 OK';
  const type = entry.resource?.['resourceType'];
  const id = filed && (type === 'List' ? seriesId(filed.patientId, 'submission', set) : idOf(filed));
  return { response: { status, lastModified: receipt.receivedAt, ...(id !== undefined && { location: `${String(type)}/${id}` }) } };
}

const idOf = ({ patientId, documentId: document }: FiledDocument) => documentId(patientId, document);

/** What may be in a submission. A document is never changed; that one is superseded follows from what replaces it. */
function checkEntry({ request, resource }: BatchEntry): void {
  if (request.method === 'POST' && ['List', 'DocumentReference', 'Binary'].includes(String(resource?.['resourceType']))) return;
  const isSuperseding =
    request.method === 'PATCH' && request.url.startsWith('DocumentReference') && JSON.stringify(resource ?? {}).includes('superseded');
  if (!isSuperseding)
    throw new Refusal('request.not-allowed', 'a submission creates; of what it replaces, only the status becomes superseded', {
      at: 'Bundle.entry.request',
    });
}

async function publish(
  deps: WriteDeps,
  asking: Asking,
  fiche: JsonObject,
  bytes: Buffer,
): Promise<{ deposited: Deposited; filed: FiledDocument | undefined }> {
  const mediaType = contentTypeOf(fiche);
  const header = readHeader(bytes, mediaType);
  if (header) checkFiche(fiche, header, bytes);
  const deposited = await deps.deposit({ bytes, mediaType, sender: asking.who, receivedAt: asking.now });
  const filed = header && (await deps.filed(idText(header.id), structureOf(header).finess));
  return { deposited, filed };
}

/** What the document says of itself; undefined when it cannot be read: its deposit will be refused, and its original kept. */
function readHeader(bytes: Buffer, mediaType: string): DocumentHeader | undefined {
  for (const read of [readLabReport, readClinicalDocument]) {
    try {
      return read(bytes, mediaType);
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
    }
  }
  return undefined;
}

function checkFiche(fiche: JsonObject, header: DocumentHeader, bytes: Buffer): void {
  const { hash, size } = attachmentOf(fiche);
  const wrong = (at: string, message: string): never => {
    throw new Refusal('request.invalid', message, { at: `DocumentReference.${at}` });
  };
  // SHA-1 of the decoded bytes, in base64 (MHD); in hexadecimal it is the form of XDS.
  if (hash !== undefined && hash !== createHash('sha1').update(bytes).digest('base64'))
    wrong('content.attachment.hash', 'the hash is not the SHA-1 of the document, in base64');
  if (size !== undefined && size !== bytes.length) wrong('content.attachment.size', 'the size is not that of the document');
  const own = identifierOf(idText(header.id));
  const said = (fiche['masterIdentifier'] ?? own) as { system?: unknown; value?: unknown };
  if (said.system !== own['system'] || said.value !== own['value']) wrong('masterIdentifier', 'the document has another identifier');
  const relations = Array.isArray(fiche['relatesTo']) ? (fiche['relatesTo'] as { code?: unknown }[]) : [];
  if (relations.some(({ code }) => code === 'replaces') && header.replaces.length === 0)
    wrong('relatesTo', 'the document itself does not say that it replaces another');
  const labels = JSON.stringify(fiche['securityLabel'] ?? []);
  if (/MASQUE_PS|INVISIBLE_/.test(labels)) wrong('securityLabel', 'a document is not published hidden by this door');
  if (/"code":"[RV]"/.test(labels) && header.confidentiality.code === 'N')
    wrong('securityLabel', 'the document itself says that its confidentiality is normal');
}

interface Attachment {
  contentType?: unknown;
  data?: string;
  url?: string;
  hash?: string;
  size?: number;
}

function attachmentOf(fiche: JsonObject): Attachment {
  const { content } = fiche as { content?: { attachment?: Attachment }[] };
  const attachments = Array.isArray(content) ? content : [];
  if (attachments.length !== 1 || attachments[0]?.attachment === undefined)
    throw new Refusal('request.invalid', 'a fiche has one content', { at: 'DocumentReference.content' });
  return attachments[0].attachment;
}

function contentTypeOf(fiche: JsonObject): string {
  const { contentType } = attachmentOf(fiche);
  if (typeof contentType !== 'string')
    throw new Refusal('request.invalid', 'the fiche does not say what its document is', {
      at: 'DocumentReference.content.attachment.contentType',
    });
  return contentType;
}

function decoded(data: string): Buffer {
  if (typeof data !== 'string' || !/^[A-Za-z0-9+/\s]*={0,2}\s*$/.test(data))
    throw new Refusal('request.invalid', 'the data are not base64', { at: 'data' });
  return Buffer.from(data, 'base64');
}

interface SubmissionSet {
  uniqueId: string;
  sourceId: string;
  submittedAt: Date;
}

function submissionOf(list: JsonObject, fiche: BatchEntry): SubmissionSet {
  const { code, identifier, extension, date, entry } = list as {
    code?: { coding?: { code?: string }[] };
    identifier?: { value?: string; use?: string }[];
    extension?: { url?: string; valueIdentifier?: { value?: string } }[];
    date?: string;
    entry?: { item?: { reference?: string } }[];
  };
  const wrong = (at: string, message: string): never => {
    throw new Refusal('request.invalid', message, { at: `List.${at}` });
  };
  if (!code?.coding?.some((one) => one.code === SUBMISSION_SET)) wrong('code', 'the List is not a submission set');
  const uniqueId = (identifier?.find(({ use }) => use === 'usual') ?? identifier?.[0])?.value;
  const sourceId = extension?.find(({ url }) => url?.endsWith('/ihe-sourceId'))?.valueIdentifier?.value;
  const submittedAt = new Date(date ?? '');
  if (uniqueId === undefined) wrong('identifier', 'the submission set has no identifier');
  if (sourceId === undefined) wrong('extension', 'the submission set does not say its source (ihe-sourceId)');
  if (Number.isNaN(submittedAt.getTime())) wrong('date', 'the submission set has no date');
  if (!entry?.some(({ item }) => item?.reference === fiche.fullUrl)) wrong('entry', 'the submission set does not name its document');
  return { uniqueId: uniqueId!, sourceId: sourceId!, submittedAt };
}
