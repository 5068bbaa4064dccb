import { structure } from '#directory';
import { Refusal } from '#kernel';
import type { Asking } from '../world/door.ts';
import { organizationResource } from '../make/directory.ts';
import type { Bundle, Resource } from '../wire/resource.ts';
import { numbersOf, readSourcePatient, writeSourcePatient } from '../people/source-patients.ts';
import { sourcePatientsByNumber } from '../people/store.ts';
import { mustBeSystem } from './write.ts';
import type { BatchEntry, Deposited, WriteDeps } from './deps.ts';

export const isLaboratoryReport = (entries: readonly BatchEntry[]): boolean =>
  entries.some(({ request, resource }) => request.method === 'POST' && resource?.['resourceType'] === 'DiagnosticReport');

/**
 * The resources of a laboratory report, sent as a transaction or a batch by a FHIR client: one deposit, with its receipt. What the Bundle refers
 * to and does not hold (a patient that the sender wrote before, a structure of the directory) is put beside it, so that the original can be read
 * for ever; the Bundle itself is kept as it came.
 */
export async function depositReport(
  deps: WriteDeps,
  asking: Asking,
  { body, type, entries }: { body: Buffer; type: string; entries: readonly BatchEntry[] },
): Promise<Bundle> {
  mustBeSystem(asking.who);
  const wrong = entries.findIndex(({ request }) => request.method !== 'POST');
  if (wrong >= 0)
    throw new Refusal('request.not-allowed', 'the entries of a laboratory report are all POST', {
      at: `Bundle.entry[${wrong}].request.method`,
    });
  const patients = await keepPatients(deps, asking, entries);
  const beside = await referredTo(deps, asking, body, entries);
  const bytes = beside.length === 0 ? body : wrap(body, beside);
  const deposited = await deps.deposit({ bytes, mediaType: 'application/fhir+json', sender: asking.who, receivedAt: asking.now });
  const answers = entries.map((entry) => answerOf(entry, deposited, patients, asking));
  return { resourceType: 'Bundle', type: `${type}-response`, entry: answers };
}

interface KeptPatient {
  id: string;
  isNew: boolean;
}

/** Patients known to have been written, by sender and numbers: a laboratory sends thousands of reports of the same ones. */
const written = new Map<string, string>();
const MOST_REMEMBERED = 50_000;

async function keepPatients(deps: WriteDeps, { who, now }: Asking, entries: readonly BatchEntry[]): Promise<Map<BatchEntry, KeptPatient>> {
  const kept = new Map<BatchEntry, KeptPatient>();
  for (const entry of entries) {
    if (entry.resource?.['resourceType'] !== 'Patient') continue;
    const key = JSON.stringify([who.id, numbersOf(entry.resource)]);
    const known = written.get(key);
    const patient = known === undefined ? await writeSourcePatient(deps.db, who.id, entry.resource, now) : { id: known, isNew: false };
    if (written.size >= MOST_REMEMBERED) written.clear();
    written.set(key, patient.id);
    kept.set(entry, patient);
  }
  return kept;
}

const REFERENCE = /"reference"\s*:\s*"((?:Patient|Organization)[/?][^"\\]{1,200})"/g;

/** Patients and structures that the Bundle names by an address or a condition, and does not hold. */
async function referredTo(
  deps: WriteDeps,
  asking: Asking,
  body: Buffer,
  entries: readonly BatchEntry[],
): Promise<{ fullUrl: string; resource: Resource }[]> {
  const held = new Set(entries.map(({ fullUrl }) => fullUrl));
  const named = new Set([...body.toString('utf8').matchAll(REFERENCE)].map(([, reference]) => reference!));
  const found: { fullUrl: string; resource: Resource }[] = [];
  for (const reference of named) {
    if (held.has(reference)) continue;
    const resource = reference.startsWith('Patient') ? await patientAt(deps, asking, reference) : await structureAt(deps, reference);
    if (!resource)
      throw new Refusal('request.precondition', `nothing, or more than one, answers to a reference of the Bundle`, {
        at: reference.split(/[/?]/)[0]!,
      });
    found.push({ fullUrl: reference, resource });
  }
  return found;
}

async function patientAt({ db }: WriteDeps, { who }: Asking, reference: string): Promise<Resource | undefined> {
  const number = new URLSearchParams(reference.split('?')[1] ?? '').get('identifier');
  if (number === null) return readSourcePatient(db, who.id, reference.slice('Patient/'.length));
  const [one, another] = await sourcePatientsByNumber(db, who.id, [number]);
  return one && !another ? readSourcePatient(db, who.id, one.sourceId) : undefined;
}

async function structureAt({ db }: WriteDeps, reference: string): Promise<Resource | undefined> {
  const number = new URLSearchParams(reference.split('?')[1] ?? '').get('identifier');
  const value = number === null ? reference.slice('Organization/'.length) : number.slice(number.indexOf('|') + 1);
  const place = (await structure(db, value)) ?? (await structure(db, value.replace(/^1(?=\d[\dAB]\d{7}$)/, '')));
  return place && organizationResource(place);
}

/** The Bundle as it came, byte for byte, inside one that holds what it refers to. */
function wrap(body: Buffer, beside: readonly { fullUrl: string; resource: Resource }[]): Buffer {
  const head = JSON.stringify({ resourceType: 'Bundle', type: 'collection', entry: beside });
  return Buffer.concat([Buffer.from(`${head.slice(0, -2)},{"resource":`), body, Buffer.from('}]}')]);
}

function answerOf(
  entry: BatchEntry,
  { receipt, isNew }: Deposited,
  patients: ReadonlyMap<BatchEntry, KeptPatient>,
  asking: Asking,
): Record<string, unknown> {
  const patient = patients.get(entry);
  const lastModified = receipt.receivedAt;
  if (patient) {
    return {
      response: {
        status: patient.isNew ? '201 Created' : '200 OK',
        location: `Patient/${patient.id}/_history/1`,
        etag: 'W/"1"',
        lastModified,
      },
    };
  }
  const type = entry.resource?.['resourceType'];
  if (type === 'Organization') return { response: { status: '200 OK' } };
  const status = receipt.state === 'identity' ? '202 Accepted' : isNew ? '201 Created' : '200 OK';
  if (type !== 'DiagnosticReport') return { response: { status, lastModified } };
  const told =
    receipt.state === 'identity'
      ? 'kept; a person has to say whose it is, and nobody reads it before'
      : 'in the record, where those who treat the patient read it';
  const outcome = {
    resourceType: 'OperationOutcome',
    issue: [
      {
        severity: 'information',
        code: 'informational',
        details: { text: told },
        diagnostics: `${asking.base.replace(/\/fhir$/, '')}/api/deposits/${receipt.depositId}`,
      },
    ],
  };
  return { response: { status, lastModified, outcome } };
}
