import { randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { type DocumentMetadata, type Hl7Time, metadataOf, readClinicalDocument, readLabReport } from '#formats';
import { readHl7Time, Refusal } from '#kernel';
import { idText, type Mask } from '#record';
import type { JsonObject } from '../wire/json.ts';
import { VISIBILITY } from '../make/document.ts';
import { uriOf } from '../make/observation.ts';
import { identifierOf } from '../make/report.ts';
import { compact } from '../wire/resource.ts';

/**
 * The other side of document sharing: documents published at, found at and fetched from a server that speaks PDSm (IHE MHD 4.2), another instance
 * of Cigogne or the national service of the draft "PDSm for DMP". What differs from one to the other is in `Peer`.
 */
export interface Peer {
  /** Address of the FHIR server, without trailing slash. */
  base: string;
  token: string;
  /** OID by which this source of documents is known there (XDS sourceId). */
  sourceId: string;
  /** IANA zone of times that documents print without offset. */
  zone: string;
  fetch?: typeof fetch;
}

export interface ToPublish {
  /** A CDA document. */
  bytes: Buffer;
  /** From whom it is hidden from the start. */
  masks?: readonly Mask[];
}

export interface PublishedEntry {
  uniqueId: string;
  /** `201`, `200` when it was there before, `202` when its patient is to be identified. */
  status: number;
  location?: string;
}

/** ITI-65: one submission of documents of one patient, all or none. @throws Refusal what the peer answered */
export async function publishAt(peer: Peer, documents: readonly ToPublish[], now: Date): Promise<PublishedEntry[]> {
  const described = documents.map((document) => ({ ...document, metadata: describe(document.bytes, peer.zone) }));
  const fiches = described.map((one) => ({ url: urn(), binary: urn(), ...one }));
  const [first] = fiches;
  if (!first) return [];
  const subject = subjectOf(first.metadata);
  const list = {
    resourceType: 'List',
    contained: [{ resourceType: 'Organization', id: 'source', identifier: [{ system: 'urn:ietf:rfc:3986', value: uriOf(peer.sourceId) }] }],
    extension: [
      {
        url: 'https://profiles.ihe.net/ITI/MHD/StructureDefinition/ihe-sourceId',
        valueIdentifier: { system: 'urn:ietf:rfc:3986', value: uriOf(peer.sourceId) },
      },
    ],
    identifier: [{ use: 'usual', system: 'urn:ietf:rfc:3986', value: urn() }],
    status: 'current',
    mode: 'working',
    code: { coding: [{ system: 'https://profiles.ihe.net/ITI/MHD/CodeSystem/MHDlistTypes', code: 'submissionset' }] },
    subject,
    date: now.toISOString(),
    source: { reference: '#source' },
    entry: fiches.map(({ url }) => ({ item: { reference: url } })),
  };
  const post = (fullUrl: string, resource: Record<string, unknown>) => ({
    fullUrl,
    resource,
    request: { method: 'POST', url: String(resource['resourceType']) },
  });
  const entry = [
    post(urn(), list),
    ...fiches.map(({ url, binary, metadata, masks = [] }) => post(url, ficheOf(metadata, { binary, masks, zone: peer.zone }))),
    ...fiches.map(({ binary, bytes }) =>
      post(binary, { resourceType: 'Binary', contentType: 'application/xml', data: bytes.toString('base64') }),
    ),
  ];
  const answer = await ask(peer, '', { method: 'POST', body: JSON.stringify({ resourceType: 'Bundle', type: 'transaction', entry }) });
  const answered = (answer['entry'] as { response: { status: string; location?: string } }[]).slice(1, 1 + fiches.length);
  return answered.map(({ response }, n) => ({
    uniqueId: idText(fiches[n]!.metadata.uniqueId),
    status: Number(response.status.slice(0, 3)),
    ...(response.location !== undefined && { location: response.location }),
  }));
}

/** ITI-67: fiches of a patient (`system|value`), those that changed since an instant when one is given. Page after page. */
export async function fichesAt(peer: Peer, patient: string, since?: Date): Promise<JsonObject[]> {
  const asked = new URLSearchParams({ 'patient.identifier': patient, status: 'current', _count: '100' });
  if (since) asked.set('_lastUpdated', `ge${since.toISOString()}`);
  const found: JsonObject[] = [];
  for (let next: string | undefined = `/DocumentReference?${asked}`; next !== undefined; ) {
    const page: JsonObject = await ask(peer, next, {});
    const { entry = [], link = [] } = page as { entry?: { resource: JsonObject }[]; link?: { relation: string; url: string }[] };
    found.push(...entry.map(({ resource }) => resource).filter(({ resourceType }) => resourceType === 'DocumentReference'));
    const url = link.find(({ relation }) => relation === 'next')?.url;
    // Only the server that was asked is given the token.
    next = url?.startsWith(`${peer.base}/`) ? url.slice(peer.base.length) : undefined;
  }
  return found;
}

/** ITI-68: the bytes of a fiche, as they were published. */
export async function documentAt(peer: Peer, fiche: JsonObject): Promise<{ bytes: Buffer; mediaType: string }> {
  const { content } = fiche as { content?: { attachment?: { url?: string; contentType?: string } }[] };
  const { url, contentType: mediaType = 'application/octet-stream' } = content?.[0]?.attachment ?? {};
  const path = url?.startsWith(`${peer.base}/`) ? url.slice(peer.base.length) : `/${url}`;
  if (url === undefined || !/^\/Binary\/[A-Za-z0-9.-]{1,64}$/.test(path))
    throw new Refusal('request.not-found', 'the fiche gives no file of that server', { at: 'DocumentReference.content.attachment.url' });
  const answer = await call(peer, path, { headers: { accept: mediaType } });
  return { bytes: Buffer.from(await answer.arrayBuffer()), mediaType };
}

/** The documents of a patient that changed since an instant, with their bytes. The token is read at each asking: whoever renews it writes the file. */
export function sharedRecordAt({ base, tokenFile, zone }: { base: string; tokenFile: string; zone: string }) {
  return {
    async changed(ins: string, since: Date | undefined): Promise<{ reference: string; bytes: Buffer; mediaType: string }[]> {
      const peer = { base: base.replace(/\/+$/, ''), token: await tokenIn(tokenFile), sourceId: '', zone };
      const found: { reference: string; bytes: Buffer; mediaType: string }[] = [];
      for (const fiche of await fichesAt(peer, ins, since))
        found.push({ reference: String(fiche['id']), ...(await documentAt(peer, fiche)) });
      return found;
    },
  };
}

/** @throws Refusal `store.unavailable`: a token that is not there yet is waited for */
async function tokenIn(file: string): Promise<string> {
  try {
    return (await readFile(file, 'utf8')).trim();
  } catch (error) {
    throw new Refusal('store.unavailable', 'the token of the record cannot be read', { at: 'tokenFile', cause: error });
  }
}

const urn = () => `urn:uuid:${randomUUID()}`;

/** @throws Refusal when it is no CDA */
function describe(bytes: Buffer, zone: string): DocumentMetadata {
  const document = read(bytes);
  const templates = document.templates.map(({ root }) => root);
  return metadataOf({ ...document, templates, format: undefined }, { bytes, mimeType: 'text/xml' }, zone);
}

function read(bytes: Buffer) {
  try {
    return { templates: [], ...readLabReport(bytes, 'application/xml') };
  } catch (error) {
    if (error instanceof Refusal && error.code === 'report.not-a-lab-report') return readClinicalDocument(bytes, 'application/xml');
    throw error;
  }
}

const subjectOf = ({ patientId }: DocumentMetadata) =>
  patientId ? { identifier: { system: uriOf(patientId.root), value: patientId.extension } } : undefined;

interface Coded {
  code?: string;
  system?: string;
  display?: string;
}
const concept = ({ code, system, display }: Coded) => ({ coding: [compact({ system: system && uriOf(system), code, display })] });

/** An entry as PDSm writes it: the same metadata as in XDM, in the words of FHIR; its SHA-1 in base64. */
function ficheOf(
  said: DocumentMetadata,
  { binary, masks, zone }: { binary: string; masks: readonly Mask[]; zone: string },
): Record<string, unknown> {
  const at = (time: Hl7Time | undefined) => (time === undefined ? undefined : instant(time, zone));
  const authors = said.authors.map(({ name, device, organizations }, n) => ({
    resourceType: 'Practitioner',
    id: `author-${n}`,
    name: [{ text: [name?.given, name?.family].filter(Boolean).join(' ') || (device ?? organizations[0]?.name ?? '') }],
  }));
  const visibility = [...new Set([...said.visibility, ...masks])];
  return compact({
    resourceType: 'DocumentReference',
    contained: authors,
    masterIdentifier: identifierOf(idText(said.uniqueId)),
    status: 'current',
    type: concept(said.typeCode),
    category: [concept(said.classCode)],
    subject: subjectOf(said),
    date: at(said.createdAt),
    author: authors.map(({ id }) => ({ reference: `#${id}` })),
    securityLabel: [concept(said.confidentiality), ...visibility.map((code) => ({ coding: [{ system: VISIBILITY, code }] }))],
    content: [
      {
        attachment: compact({
          contentType: 'application/xml',
          language: said.language ?? 'fr-FR',
          url: binary,
          size: said.size,
          hash: Buffer.from(said.hash, 'hex').toString('base64'),
          title: said.title,
          creation: at(said.createdAt),
        }),
        ...(said.formatCode.code !== undefined && { format: concept(said.formatCode).coding[0] }),
      },
    ],
    context: compact({
      event: said.eventCodes.map(concept),
      period: compact({ start: at(said.serviceStart), end: at(said.serviceStop) }),
      facilityType: concept(said.healthcareFacilityType),
      practiceSetting: concept(said.practiceSetting),
    }),
  });
}

function instant(time: Hl7Time, zone: string): string | undefined {
  const read = readHl7Time(time, time.length > 'YYYYMMDD'.length ? 'UTC' : zone);
  return read && new Date(read.epochMs).toISOString();
}

const PATIENCE_MS = 30_000;

async function ask(peer: Peer, path: string, request: RequestInit): Promise<JsonObject> {
  const headers = { accept: 'application/fhir+json', 'content-type': 'application/fhir+json' };
  return (await call(peer, path, { ...request, headers })).json() as Promise<JsonObject>;
}

/** @throws Refusal `request.invalid` with the words of the peer, which name what is wrong; `store.unavailable` when it does not answer */
async function call({ base, token, fetch: send = fetch }: Peer, path: string, request: RequestInit): Promise<Response> {
  const headers = { ...(request.headers as Record<string, string>), authorization: `Bearer ${token}` };
  let answer: Response;
  try {
    answer = await send(`${base}${path}`, { ...request, headers, redirect: 'error', signal: AbortSignal.timeout(PATIENCE_MS) });
  } catch (error) {
    throw new Refusal('store.unavailable', 'the other server does not answer', { at: 'peer', cause: error });
  }
  if (answer.ok) return answer;
  const outcome = (await answer.json().catch(() => ({}))) as { issue?: { details?: { text?: string }; expression?: string[] }[] };
  const [issue] = outcome.issue ?? [];
  const words = issue?.details?.text?.slice(0, 300) ?? 'without a reason';
  throw new Refusal(
    answer.status === 404 ? 'request.not-found' : 'request.invalid',
    `the other server answered ${answer.status}: ${words}`,
    {
      at: issue?.expression?.[0] ?? 'peer',
    },
  );
}
