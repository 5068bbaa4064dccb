import { readFhirPatient } from '#formats';
import { INS_OIDS, traitsOf } from '#identity';
import { Refusal } from '#kernel';
import type { PracticePatient } from '../recognise.ts';
import { type Node, nodeOf, nodesOf, textOf } from './fhir-json.ts';
import { FILING } from './transaction.ts';

/** The practice's software, that speaks FHIR R4. */
export interface Software {
  /** Address of its FHIR server, without trailing slash. */
  base: string;
  /** Bearer token of the connector; absent when the software asks for none. */
  token?: string | undefined;
  fetch?: typeof fetch;
}

const PATIENCE_MS = 30_000;
const MOST_PAGES = 1_000;
const RPPS = new Set(['urn:oid:1.2.250.1.71.4.2.1', 'https://rpps.esante.gouv.fr']);
const RELIABILITY = /fr-core-identity-reliability$/;

/**
 * The patients of the software: `number` is the id of their Patient. One whose identity is not complete is left out: nothing could be filed for them
 * without a click, and nobody can be shown beside a document without a name.
 * @throws Refusal `store.unavailable` when it does not answer, `request.invalid` when it refuses
 */
export async function patientsOfSoftware(software: Software): Promise<Omit<PracticePatient, 'patientId'>[]> {
  return (await pagesOf(software, '/Patient?_count=500')).flatMap((resource) => patientOf(resource) ?? []);
}

const OIDS = new Set<string>(Object.values(INS_OIDS));

/** RNIV by FR Core: `QUAL`, or `VALI` with an INS as FR Core 2.1 and the national examples write it. */
function patientOf(resource: Node): Omit<PracticePatient, 'patientId'> | undefined {
  const printed = readFhirPatient(resource);
  const { birthFamily, birthGivens, firstBirthGiven, sex, birthDate, ...more } = traitsOf(printed);
  const number = textOf(resource['id']);
  if (!number || resource['active'] === false || !birthFamily || !birthGivens || !firstBirthGiven || !sex || !birthDate) return undefined;
  const known = printed.ids.find(({ root, extension }) => OIDS.has(root) && extension !== undefined);
  const ins = known && { oid: known.root, value: known.extension! };
  const status = nodesOf(resource['extension'])
    .filter(({ url }) => RELIABILITY.test(String(url)))
    .flatMap(({ extension }) => nodesOf(extension))
    .find(({ url }) => url === 'identityStatus');
  const code = textOf(nodeOf(status?.['valueCoding'])['code']);
  const doctor = nodesOf(resource['generalPractitioner'])
    .map(({ identifier }) => nodeOf(identifier))
    .find(({ system }) => RPPS.has(String(system)))?.['value'];
  return {
    number,
    ...(ins && { ins }),
    isQualified: code === 'QUAL' || (code === 'VALI' && ins !== undefined),
    ...(typeof doctor === 'string' && { doctor }),
    traits: { birthFamily, birthGivens, firstBirthGiven, sex, birthDate, ...more },
  };
}

/** A document that a professional answered for in the software. */
export interface Reading {
  documentId: string;
  by: string;
}

/** What was read in the software since an instant: tasks of reading that the connector gave it, and that somebody completed. */
export async function readingsOfSoftware(software: Software, since: Date): Promise<Reading[]> {
  const asked = new URLSearchParams({
    status: 'completed',
    _lastUpdated: `ge${since.toISOString()}`,
    identifier: `${FILING}|`,
    _count: '100',
  });
  const tasks = await pagesOf(software, `/Task?${asked}`);
  return tasks.flatMap(({ identifier, owner }) => {
    const filing = nodesOf(identifier).find(({ system }) => system === FILING);
    const documentId = textOf(filing?.['value'])?.split('.')[0];
    return documentId === undefined ? [] : [{ documentId, by: textOf(nodeOf(owner)['display']) ?? 'logiciel' }];
  });
}

async function pagesOf(software: Software, first: string): Promise<Node[]> {
  const found: Node[] = [];
  let next: string | undefined = first;
  for (let page = 0; next !== undefined && page < MOST_PAGES; page++) {
    const bundle: Node = await ask(software, next);
    found.push(...nodesOf(bundle['entry']).map(({ resource }) => nodeOf(resource)));
    const url = textOf(nodesOf(bundle['link']).find(({ relation }) => relation === 'next')?.['url']);
    // Only the server that was asked is given the token.
    next = url?.startsWith(`${software.base}/`) ? url.slice(software.base.length) : undefined;
  }
  return found;
}

/** One transaction: all of it or nothing. */
export async function giveTransaction(software: Software, bundle: string): Promise<void> {
  await ask(software, '', { method: 'POST', body: bundle });
}

async function ask({ base, token, fetch: send = fetch }: Software, path: string, request: RequestInit = {}): Promise<Node> {
  const headers = {
    accept: 'application/fhir+json',
    'content-type': 'application/fhir+json',
    ...(token !== undefined && { authorization: `Bearer ${token}` }),
  };
  let answer: Response;
  try {
    answer = await send(`${base}${path}`, { ...request, headers, redirect: 'error', signal: AbortSignal.timeout(PATIENCE_MS) });
  } catch (error) {
    throw new Refusal('store.unavailable', 'the software of the practice does not answer', { at: 'software', cause: error });
  }
  // What it says is not repeated: it may name a patient.
  if (!answer.ok) throw new Refusal('request.invalid', `the software of the practice answered ${answer.status}`, { at: 'software' });
  return (await answer.json()) as Node;
}
