import type { FastifyRequest } from 'fastify';
import { passDoor } from '#access';
import { Refusal, type Sql } from '#kernel';
import { personOf } from '#identity';
import { documentById, originalOf, reportItem, itemOfDocument } from '#record';
import { type Asking, type FhirDeps, noteAsked, viaOf } from '../world/door.ts';
import { acceptedRanges, formatParameter, nameAccepted, namesOfType } from '../wire/format.ts';
import { checkScope } from '../world/software.ts';
import { patientOfId, unpackUuid } from '../wire/ids.ts';

export interface File {
  bytes: Buffer;
  contentType: string;
  /** The PDF that the document encloses, when it is not the document itself. */
  pdf?: Buffer;
}

/**
 * The bytes of a document: `[id]` as it came, `[id].pdf` the PDF that it encloses. One event, under the right of the document: a file cannot be
 * cut, so it opens only to who may see all of it.
 * @throws Refusal `request.gone` for one that was removed, to who might have read it; `request.not-found` for what is hidden or never was
 */
export async function readFile(deps: FhirDeps, asking: Asking, id: string): Promise<File> {
  const { who, now } = asking;
  const [, packed = '', document = '', suffix = ''] = /^([0-9a-z]{25})\.([0-9a-z]{25})(\.pdf)?$/.exec(id) ?? [];
  const asked = patientOfId('Binary', `${packed}.`);
  const documentId = unpackUuid(document);
  if (asked === undefined || documentId === undefined) throw notFound();
  const { patientId, homes } = await personOf(deps.db, asked);
  checkScope(who, 'Binary', 'r', patientId);
  let kind: 'laboratory-report' | 'document' = 'laboratory-report';
  const item = async (tx: Sql) => {
    const report = await reportItem(tx, homes, documentId, 'file');
    if (report) return report;
    kind = 'document';
    const found = await documentById(tx, homes, documentId);
    return found && itemOfDocument(found);
  };
  const original = await passDoor(
    deps.db,
    { who, now, via: viaOf(who), action: 'document.read', patientId, object: documentId, item, tellsRemoved: true },
    (tx) => {
      noteAsked(asking, patientId, documentId);
      return originalOf(tx, homes, documentId, kind);
    },
  );
  const { bytes, mediaType, pdf } = original;
  if (suffix === '') return { bytes, contentType: mediaType.split(';')[0]!.trim(), ...(pdf && { pdf }) };
  if (!pdf) throw notFound();
  return { bytes: pdf, contentType: PDF };
}

const PDF = 'application/pdf';

/** The file as a resource, for who speaks nothing else. */
export const fileResource = (id: string, { bytes, contentType }: File) => ({
  resourceType: 'Binary',
  id,
  contentType,
  data: bytes.toString('base64'),
});

/**
 * The file in the form that is asked for (R4, Binary; ITI-68): by its own type as it is, a FHIR document too; by another type of FHIR as the resource that holds
 * it; a document that encloses a PDF as that PDF to who asks for one first. What is first in Accept decides, and `_format` before it.
 * @returns with the name of its type as the client says it
 * @throws Refusal `request.not-acceptable`
 */
export function inFormAsked({ bytes, contentType, pdf }: File, request: FastifyRequest): { bytes: Buffer; name: string } | 'resource' {
  const format = formatParameter(request);
  if (format === 'json' || format === 'xml') return 'resource';
  const ranges = acceptedRanges(format ?? request.headers.accept);
  const native = [...namesOfType(contentType), ...(pdf ? [PDF] : [])];
  const isNative = (range: string) => range === '*/*' || native.some((name) => name === range || `${name.split('/')[0]}/*` === range);
  const first = ranges.find((range) => isNative(range) || RESOURCE.has(range));
  if (first !== undefined && !isNative(first)) return 'resource';
  const name = nameAccepted(ranges, contentType);
  const isPdfFirst = ranges.find((range) => range === PDF || range === name) === PDF;
  if (pdf && isPdfFirst && name !== PDF) return { bytes: pdf, name: PDF };
  if (name === undefined)
    throw new Refusal('request.not-acceptable', `this file is ${contentType}`, { at: format === undefined ? 'Accept' : '_format' });
  return { bytes, name };
}

const RESOURCE: ReadonlySet<string> = new Set(['application/fhir+json', 'application/fhir+xml']);

const notFound = () => new Refusal('request.not-found', 'there is no such file, or it is not yours to see', { at: 'id' });
