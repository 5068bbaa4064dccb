import { createHash } from 'node:crypto';
import {
  classOfType,
  type DocumentHeader,
  FACILITY_SYSTEM,
  isFacilityType,
  isPracticeSetting,
  oidOfSystem,
  readClinicalDocument,
  readLabReport,
  SETTING_SYSTEM,
} from '#formats';
import { Refusal } from '#kernel';
import { type EntryCode, idText, type PlaceSaid } from '#record';
import type { JsonObject } from '../wire/json.ts';
import { ARCHIVED, idTextOf } from '../make/document.ts';
import { identifierOf } from '../make/report.ts';
import { onlyMakes, patchBytes, readPatch } from '../patch/patch.ts';
import type { BatchEntry } from '../write/deps.ts';
import { labelsOf } from './labels.ts';

/** What a fiche and a submission set say, held against the document itself. Source: PDSm 3.1.1; IHE MHD 4.2. */

const SUBMISSION_SET = 'submissionset';
const LOINC = 'http://loinc.org';
const LOINC_OID = '2.16.840.1.113883.6.1';

/** What may be in a submission. A document is never changed; that one is superseded follows from what replaces it. */
export function checkEntry({ request, resource }: BatchEntry): void {
  if (request.method === 'POST' && ['List', 'DocumentReference', 'Binary'].includes(String(resource?.['resourceType']))) return;
  const isSuperseding = request.method === 'PATCH' && onlyMakes(readPatch(patchBytes(resource)), 'superseded');
  if (!isSuperseding)
    throw new Refusal('request.not-allowed', 'a submission creates; of what it replaces, only the status becomes superseded', {
      at: 'Bundle.entry.request',
    });
}

/** The document that an entry says is superseded: by its address here, or by its identifier as the record writes it. */
export function supersededBy({ request }: BatchEntry): { id: string } | { uniqueId: string | undefined } {
  const [, id, query = ''] = /^(?:.*\/)?DocumentReference(?:\/([A-Za-z0-9.-]{1,64}))?(?:\?(.*))?$/.exec(request.url) ?? [];
  return id === undefined ? { uniqueId: idTextOf(new URLSearchParams(query).get('identifier') ?? '') } : { id };
}

/** What the document says of itself; undefined when it cannot be read: its deposit will be refused, and its original kept. */
export function readHeader(bytes: Buffer, mediaType: string): DocumentHeader | undefined {
  for (const read of [readLabReport, readClinicalDocument]) {
    try {
      return read(bytes, mediaType);
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
    }
  }
  return undefined;
}

export function checkFiche(fiche: JsonObject, header: DocumentHeader, bytes: Buffer): void {
  const { hash, size } = attachmentOf(fiche);
  const wrong = (at: string, message: string): never => {
    throw new Refusal('request.invalid', message, { at: `DocumentReference.${at}` });
  };
  // SHA-1 of the decoded bytes, in base64 (MHD); in hexadecimal it is the form of XDS.
  if (hash !== undefined && hash !== createHash('sha1').update(bytes).digest('base64'))
    wrong('content.attachment.hash', 'the hash is not the SHA-1 of the document, in base64');
  if (size !== undefined && size !== bytes.length) wrong('content.attachment.size', 'the size is not that of the document');
  // What a fiche is published as: its other states follow from what replaces it, and from what people do with it.
  if ((fiche['status'] ?? 'current') !== 'current') wrong('status', 'a document is published as current');
  const extensions = Array.isArray(fiche['extension']) ? (fiche['extension'] as { url?: unknown; valueBoolean?: unknown }[]) : [];
  if (extensions.some(({ url, valueBoolean }) => url === ARCHIVED && valueBoolean === true))
    wrong('extension', 'a document is archived after it is published');
  const { coding = [] } = (fiche['type'] ?? {}) as { coding?: { system?: unknown; code?: unknown }[] };
  const loinc = Array.isArray(coding) ? coding.filter(({ system }) => system === LOINC) : [];
  if (header.code.system === LOINC_OID && loinc.length > 0 && !loinc.some(({ code }) => code === header.code.code))
    wrong('type', 'the document itself says that it is of another type');
  checkClass(fiche, header, wrong);
  const own = identifierOf(idText(header.id));
  const said = (fiche['masterIdentifier'] ?? own) as { system?: unknown; value?: unknown };
  if (said.system !== own['system'] || said.value !== own['value']) wrong('masterIdentifier', 'the document has another identifier');
  const relations = Array.isArray(fiche['relatesTo']) ? (fiche['relatesTo'] as { code?: unknown }[]) : [];
  if (relations.some(({ code }) => code === 'replaces') && header.replaces.length === 0)
    wrong('relatesTo', 'the document itself does not say that it replaces another');
  const { confidentialities } = labelsOf(fiche['securityLabel'], 'DocumentReference.securityLabel');
  if (confidentialities.some((code) => code === 'R' || code === 'V') && header.confidentiality.code === 'N')
    wrong('securityLabel', 'the document itself says that its confidentiality is normal');
}

/** The class of a document follows from its type: a fiche that names another would have it filed where nobody looks for it. */
function checkClass(fiche: JsonObject, { code }: DocumentHeader, wrong: (at: string, message: string) => never): void {
  const own = classOfType(code.code);
  const concepts = Array.isArray(fiche['category']) ? (fiche['category'] as { coding?: { system?: unknown; code?: unknown }[] }[]) : [];
  const codings = concepts.flatMap((one) => (Array.isArray(one?.coding) ? one.coding : []));
  const said = codings.filter(({ system }) => oidOfSystem(String(system)) === own?.system);
  if (own && said.length > 0 && !said.some((one) => one.code === own.code))
    wrong('category', `a document of this type is of class ${own.code}`);
}

const MOST_WORDS = 200;
/** What is of both lists has a system of its own: what patients say, services that were referenced. */
const OTHER_PRODUCERS: ReadonlySet<unknown> = new Set(['EXP_PATIENT', 'SNR']);
const PRODUCERS_SYSTEM = '1.2.250.1.213.1.1.4.6';

/** Where the fiche says that the document was made, by the national lists (JDV_J02, JDV_J04); what it says by others is not kept. */
export function placeOf(fiche: JsonObject): PlaceSaid | undefined {
  const { facilityType, practiceSetting } = (fiche['context'] ?? {}) as Record<string, Concept | null | undefined>;
  const facility = codeIn(facilityType, FACILITY_SYSTEM, isFacilityType);
  const setting = codeIn(practiceSetting, SETTING_SYSTEM, isPracticeSetting);
  return facility || setting ? { ...(facility && { facilityType: facility }), ...(setting && { practiceSetting: setting }) } : undefined;
}

interface Concept {
  coding?: ({ code?: unknown; display?: unknown } | null)[];
}

function codeIn(concept: Concept | null | undefined, system: string, isOfList: (code: string) => boolean): EntryCode | undefined {
  const codings = Array.isArray(concept?.coding) ? concept.coding : [];
  const found = codings.find((one) => typeof one?.code === 'string' && isOfList(one.code));
  if (!found) return undefined;
  const words = typeof found.display === 'string' && found.display.length <= MOST_WORDS ? { display: found.display } : {};
  return { code: found.code as string, system: OTHER_PRODUCERS.has(found.code) ? PRODUCERS_SYSTEM : system, ...words };
}

interface Attachment {
  contentType?: unknown;
  data?: string;
  url?: string;
  hash?: string;
  size?: number;
}

export function attachmentOf(fiche: JsonObject): Attachment {
  const { content } = fiche as { content?: { attachment?: Attachment }[] };
  const attachments = Array.isArray(content) ? content : [];
  if (attachments.length !== 1 || attachments[0]?.attachment === undefined)
    throw new Refusal('request.invalid', 'a fiche has one content', { at: 'DocumentReference.content' });
  return attachments[0].attachment;
}

export function contentTypeOf(fiche: JsonObject): string {
  const { contentType } = attachmentOf(fiche);
  if (typeof contentType !== 'string')
    throw new Refusal('request.invalid', 'the fiche does not say what its document is', {
      at: 'DocumentReference.content.attachment.contentType',
    });
  return contentType;
}

export function decoded(data: string): Buffer {
  if (typeof data !== 'string' || !/^[A-Za-z0-9+/\s]*={0,2}\s*$/.test(data))
    throw new Refusal('request.invalid', 'the data are not base64', { at: 'data' });
  return Buffer.from(data, 'base64');
}

interface SubmissionSet {
  uniqueId: string;
  sourceId: string;
  submittedAt: Date;
}

export function submissionOf(list: JsonObject, fiches: readonly BatchEntry[]): SubmissionSet {
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
  const named = new Set(entry?.map(({ item }) => item?.reference));
  if (!fiches.every(({ fullUrl }) => named.has(fullUrl))) wrong('entry', 'the submission set does not name each of its documents');
  return { uniqueId: uniqueId!, sourceId: sourceId!, submittedAt };
}
