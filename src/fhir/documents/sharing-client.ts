import { randomUUID } from 'node:crypto';
import { Refusal, type RefusalCode } from '#kernel';
import { idText, type Mask } from '#record';
import { ARCHIVED, VISIBILITY } from '../make/document.ts';
import { uriOf } from '../make/observation.ts';
import { identifierOf } from '../make/report.ts';
import type { JsonObject } from '../wire/json.ts';
import { describe, designationOf, ficheOf, subjectOf } from './sharing-fiche.ts';

/**
 * The other side of document sharing: documents published at, found at and fetched from a server that speaks PDSm (IHE MHD 4.2), another instance
 * of Cigogne or the national service of the draft "PDSm for DMP". What differs from one to the other is in `Peer`.
 */
export interface Peer {
  /** Address of the FHIR server, without trailing slash. */
  base: string;
  /** Bearer token; absent when the server asks for none. */
  token?: string | undefined;
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

/** One request to a server of documents, before it leaves: what is kept of it is what is sent. */
export interface SharingRequest {
  method: 'POST' | 'PATCH';
  /** After the address of the server. */
  path: string;
  /** JSON. */
  body: string;
}

/** ITI-65: one submission of documents of one patient, all or none. @throws Refusal what the peer answered */
export async function publishAt(peer: Peer, documents: readonly ToPublish[], now: Date): Promise<PublishedEntry[]> {
  if (documents.length === 0) return [];
  return publishedBy(await handAt(peer, publicationOf(documents, peer, now)), documents, peer.zone);
}

/** What the server said of each document of a submission. */
function publishedBy(answer: JsonObject, documents: readonly ToPublish[], zone: string): PublishedEntry[] {
  const answered = (answer['entry'] as { response: { status: string; location?: string } }[]).slice(1, 1 + documents.length);
  return answered.map(({ response }, n) => ({
    uniqueId: idText(describe(documents[n]!.bytes, zone).metadata.uniqueId),
    status: Number(response.status.slice(0, 3)),
    ...(response.location !== undefined && { location: response.location }),
  }));
}

/** The submission (ITI-65) of at least one document, all of one patient. @throws Refusal when one is no CDA */
export function publicationOf(
  documents: readonly ToPublish[],
  { sourceId, zone }: Pick<Peer, 'sourceId' | 'zone'>,
  now: Date,
): SharingRequest {
  const fiches = documents.map((document) => ({ url: urn(), binary: urn(), ...document, ...describe(document.bytes, zone) }));
  const [first] = fiches;
  if (!first) throw new Error('a submission holds a document');
  const subject = subjectOf(first.metadata);
  const list = {
    resourceType: 'List',
    contained: [{ resourceType: 'Organization', id: 'source', identifier: [{ system: 'urn:ietf:rfc:3986', value: uriOf(sourceId) }] }],
    extension: [
      {
        url: 'https://profiles.ihe.net/ITI/MHD/StructureDefinition/ihe-designationType',
        valueCodeableConcept: designationOf(first.metadata),
      },
      {
        url: 'https://profiles.ihe.net/ITI/MHD/StructureDefinition/ihe-sourceId',
        valueIdentifier: { system: 'urn:ietf:rfc:3986', value: uriOf(sourceId) },
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
    ...fiches.map(({ url, binary, masks = [], ...one }) => post(url, ficheOf(one, { binary, masks, zone }))),
    ...fiches.map(({ binary, bytes }) =>
      post(binary, { resourceType: 'Binary', contentType: 'application/xml', data: bytes.toString('base64') }),
    ),
    // What each replaces becomes superseded (MHD, UpdateDocumentRefs).
    ...fiches.flatMap(({ replaces }) => replaces.map((id) => superseding(tokenOf(id)))),
  ];
  return { method: 'POST', path: '', body: JSON.stringify({ resourceType: 'Bundle', type: 'transaction', entry }) };
}

/** Sends a request that was written before. The same again changes nothing there. @throws Refusal what the peer answered */
export const handAt = (peer: Peer, { path, ...request }: SharingRequest): Promise<JsonObject> => ask(peer, path, request);

const tokenOf = (uniqueId: string) => {
  const { system, value } = identifierOf(uniqueId) as { system: string; value: string };
  return `${system}|${value}`;
};
const operation = (parts: Record<string, Record<string, unknown>>) => ({
  name: 'operation',
  part: Object.entries(parts).map(([name, value]) => ({ name, ...value })),
});
const patchOf = (...parameter: unknown[]) => ({ resourceType: 'Parameters', parameter });
const text = (valueString: string) => ({ valueString });

const superseding = (token: string) => ({
  resource: patchOf(
    operation({ type: { valueCode: 'replace' }, path: text('DocumentReference.status'), value: { valueCode: 'superseded' } }),
  ),
  request: { method: 'PATCH', url: `DocumentReference?identifier=${encodeURIComponent(token)}` },
});

/** TD0.2: is there a record of this patient (`system|value`), and is it open? */
export async function recordAt(peer: Peer, patient: string): Promise<'none' | 'open' | 'closed'> {
  const { entry = [] } = (await ask(peer, `/Patient?${new URLSearchParams({ identifier: patient })}`, {})) as {
    entry?: { resource: { resourceType?: string; active?: boolean } }[];
  };
  const [found] = entry.filter(({ resource }) => resource.resourceType === 'Patient');
  if (!found) return 'none';
  return found.resource.active === false ? 'closed' : 'open';
}

/** What was published is withdrawn from reading there, by its status (TD3.3, RMU). The same again changes nothing. @throws Refusal what the peer answered */
export async function withdrawAt(peer: Peer, bytes: Buffer): Promise<void> {
  await handAt(peer, withdrawalOf(bytes, peer.zone));
}

/** The request that withdraws a CDA. @throws Refusal when it is none */
export function withdrawalOf(bytes: Buffer, zone: string): SharingRequest {
  const { metadata } = describe(bytes, zone);
  const asked = new URLSearchParams({ identifier: tokenOf(idText(metadata.uniqueId)) });
  const subject = subjectOf(metadata)?.identifier as { system?: string; value?: string } | undefined;
  if (subject) asked.set('patient.identifier', `${subject.system}|${subject.value}`);
  const gone = operation({
    type: { valueCode: 'replace' },
    path: text('DocumentReference.status'),
    value: { valueCode: 'entered-in-error' },
  });
  return { method: 'PATCH', path: `/DocumentReference?${asked}`, body: JSON.stringify(patchOf(gone)) };
}

/** The document of a submission of one. */
export function publishedIn({ body }: SharingRequest): Buffer {
  const { entry } = JSON.parse(body) as { entry: { resource: { resourceType: string; data?: string } }[] };
  return Buffer.from(entry.find(({ resource }) => resource.resourceType === 'Binary')!.resource.data!, 'base64');
}

/** What changes of a document that is there (TD3.3): from whom it is hidden, or whether it is archived. */
export type ChangeThere = { hide: Mask } | { show: Mask } | { archived: boolean };

/** TD3.3: by the identifier of the document (`root^extension`) and its patient (`system|value`). @throws Refusal what the peer answered */
export async function changeAt(peer: Peer, document: { uniqueId: string; patient: string }, change: ChangeThere): Promise<void> {
  const asked = new URLSearchParams({ identifier: tokenOf(document.uniqueId), 'patient.identifier': document.patient });
  await ask(peer, `/DocumentReference?${asked}`, { method: 'PATCH', body: JSON.stringify(patchOf(operationOf(change))) });
}

function operationOf(change: ChangeThere) {
  const [add, remove] = [{ valueCode: 'add' }, { valueCode: 'delete' }];
  const fiche = text('DocumentReference');
  if ('hide' in change)
    return operation({
      type: add,
      path: fiche,
      name: text('securityLabel'),
      value: { valueCodeableConcept: { coding: [{ system: VISIBILITY, code: change.hide }] } },
    });
  if ('show' in change)
    return operation({ type: remove, path: text(`DocumentReference.securityLabel.where(coding.code='${change.show}')`) });
  if (!change.archived) return operation({ type: remove, path: text(`DocumentReference.extension('${ARCHIVED}')`) });
  const part = [
    { name: 'url', valueUri: ARCHIVED },
    { name: 'value', valueBoolean: true },
  ];
  return operation({ type: add, path: fiche, name: text('extension'), value: { part } });
}

/** ITI-67: fiches of a patient (`system|value`), those that changed since an instant when one is given. Page after page. */
export async function fichesAt(peer: Peer, patient: string, since?: Date, status = 'current'): Promise<JsonObject[]> {
  return searchAt(peer, { 'patient.identifier': patient, status, ...(since && { _lastUpdated: `ge${since.toISOString()}` }) });
}

async function searchAt(peer: Peer, conditions: Record<string, string>): Promise<JsonObject[]> {
  const asked = new URLSearchParams({ ...conditions, _count: '100' });
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

/** Documents asked of one search at most. */
const ASKED_TOGETHER = 50;

/**
 * Of documents of a patient (`system|value`) that were fetched before, those that are shown no more: hidden since, or removed; which of the two is not
 * told. Only what one holds is asked about, so that the answer says nothing of any other.
 * @param held `root^extension` of each
 */
export async function goneAt(peer: Peer, patient: string, held: readonly string[]): Promise<string[]> {
  const gone: string[] = [];
  for (let from = 0; from < held.length; from += ASKED_TOGETHER) {
    const asked = held.slice(from, from + ASKED_TOGETHER);
    const found = new Set(
      (
        await searchAt(peer, { 'patient.identifier': patient, status: 'current,superseded', identifier: asked.map(tokenOf).join() })
      ).flatMap(namesOf),
    );
    gone.push(...asked.filter((one) => !found.has(tokenOf(one))));
  }
  return gone;
}

const namesOf = ({ masterIdentifier: { system, value } = {} }: { masterIdentifier?: { system?: string; value?: string } }) =>
  `${system}|${value}`;

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

const urn = () => `urn:uuid:${randomUUID()}`;

const PATIENCE_MS = 30_000;
/** Whatever a server asks, it is asked again within the day. */
const LONGEST_WAIT_S = 86_400;

/** After how many seconds it wants to be asked again: Retry-After is a number of them, or a date (RFC 9110 §10.2.3). */
function waitOf({ headers }: Response): { retryAfterSeconds?: number } {
  const said = headers.get('retry-after')?.trim() ?? '';
  const seconds = /^\d+$/.test(said) ? Number(said) : (Date.parse(said) - Date.now()) / 1_000;
  return seconds > 0 ? { retryAfterSeconds: Math.ceil(Math.min(seconds, LONGEST_WAIT_S)) } : {};
}

export async function ask(peer: Peer, path: string, request: RequestInit): Promise<JsonObject> {
  const headers = { accept: 'application/fhir+json', 'content-type': 'application/fhir+json' };
  return (await call(peer, path, { ...request, headers })).json() as Promise<JsonObject>;
}

/**
 * @throws Refusal `request.invalid` with the words of the peer, which name what is wrong; `access.unauthenticated` when it does not take the token;
 *   `store.unavailable` when it does not answer, or says to come back
 */
async function call({ base, token, fetch: send = fetch }: Peer, path: string, request: RequestInit): Promise<Response> {
  const headers = { ...(request.headers as Record<string, string>), ...(token !== undefined && { authorization: `Bearer ${token}` }) };
  let answer: Response;
  try {
    answer = await send(`${base}${path}`, { ...request, headers, redirect: 'error', signal: AbortSignal.timeout(PATIENCE_MS) });
  } catch (error) {
    throw new Refusal('store.unavailable', 'the other server does not answer', { at: 'peer', cause: error });
  }
  if (answer.ok) return answer;
  if (answer.status >= 500 || answer.status === 429 || answer.status === 408)
    throw new Refusal('store.unavailable', `the other server answered ${answer.status}`, { at: 'peer', ...waitOf(answer) });
  const outcome = (await answer.json().catch(() => ({}))) as {
    issue?: { details?: { text?: string }; expression?: string[]; location?: string[] }[];
  };
  const [issue] = outcome.issue ?? [];
  const words = issue?.details?.text?.slice(0, 300) ?? 'without a reason';
  const codes: Readonly<Record<number, RefusalCode>> = { 401: 'access.unauthenticated', 404: 'request.not-found' };
  throw new Refusal(codes[answer.status] ?? 'request.invalid', `the other server answered ${answer.status}: ${words}`, {
    at: issue?.expression?.[0] ?? issue?.location?.[0] ?? 'peer',
  });
}
