import { structure } from '#directory';
import { localName } from '#formats';
import { Refusal } from '#kernel';
import type { Mask } from '#record';
import { labelsOf, mustBeHidden } from '../documents/labels.ts';
import type { Asking } from '../world/door.ts';
import { organizationResource } from '../make/directory.ts';
import { asSent } from '../wire/as-sent.ts';
import { documentId, seriesId } from '../wire/ids.ts';
import type { JsonObject } from '../wire/json.ts';
import type { Bundle, Resource } from '../wire/resource.ts';
import { findSourcePatient, numbersOf, readSourcePatient, writeSourcePatient } from '../people/source-patients.ts';
import { sourcePatientsByNumber } from '../people/store.ts';
import { mustBeSystem } from './write.ts';
import type { BatchEntry, Deposited, EntryAnswer, WriteDeps } from './deps.ts';

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
  const patients = await findPatients(deps, asking, entries);
  const told = await depositEntries(deps, asking, { body, entries });
  const kept = await keepPatients(deps, asking, patients);
  const answers = entries.map((entry, n) => kept.get(entry) ?? told[n]!);
  return { resourceType: 'Bundle', type: `${type}-response`, entry: answers.map((answer) => ({ ...answer })) };
}

/** One report; its patients are written apart. @returns the answer to each of its entries, in order */
export async function depositEntries(
  deps: WriteDeps,
  asking: Asking,
  { body, entries }: { body: Buffer; entries: readonly BatchEntry[] },
): Promise<EntryAnswer[]> {
  const beside = await referredTo(deps, asking, body, entries);
  const original = beside.length === 0 ? asSent(body) : asSent(wrap(body, beside));
  const masks = masksOf(entries);
  const deposited = await deps.deposit({ ...original, sender: asking.who, receivedAt: asking.now, ...(masks.length > 0 && { masks }) });
  const { isNew, receipt, place } = deposited;
  const filed = isNew || masks.length === 0 || !place ? undefined : await deps.filed(receipt.uniqueId ?? '', place.structure);
  if (filed) await mustBeHidden(deps, filed, masks, 'DocumentReference.securityLabel');
  return entries.map((entry) => answerOf(entry, deposited, asking));
}

/** From whom the report, or the document entry sent with it, says that it is hidden. @throws Refusal for a label that is none */
function masksOf(entries: readonly BatchEntry[]): Mask[] {
  return entries.flatMap(({ resource }) => {
    if (resource?.['resourceType'] === 'DocumentReference')
      return labelsOf(resource['securityLabel'], 'DocumentReference.securityLabel').masks;
    if (resource?.['resourceType'] !== 'DiagnosticReport') return [];
    const { security } = (resource['meta'] ?? {}) as { security?: unknown };
    return labelsOf(security, 'DiagnosticReport.meta.security').masks;
  });
}

/** Patients known to have been written, by sender and numbers: a laboratory sends thousands of reports of the same ones. */
const written = new Map<string, string>();
const MOST_REMEMBERED = 50_000;

const keyOf = ({ who }: Asking, patient: JsonObject) => JSON.stringify([who.id, numbersOf(patient)]);

/** The patients of a report, looked at before anything is kept: one that is refused leaves no patient behind. @throws Refusal */
async function findPatients(
  { db }: WriteDeps,
  asking: Asking,
  entries: readonly BatchEntry[],
): Promise<Map<BatchEntry, string | undefined>> {
  const found = new Map<BatchEntry, string | undefined>();
  for (const entry of entries) {
    if (entry.resource?.['resourceType'] !== 'Patient') continue;
    found.set(entry, written.get(keyOf(asking, entry.resource)) ?? (await findSourcePatient(db, asking.who.id, entry.resource)));
  }
  return found;
}

/** The answer to each patient of a report that is kept. */
async function keepPatients(
  { db }: WriteDeps,
  asking: Asking,
  found: ReadonlyMap<BatchEntry, string | undefined>,
): Promise<Map<BatchEntry, EntryAnswer>> {
  const answers = new Map<BatchEntry, EntryAnswer>();
  for (const [entry, known] of found) {
    const { who, now } = asking;
    const { id, isNew } = known === undefined ? await writeSourcePatient(db, who.id, entry.resource!, now) : { id: known, isNew: false };
    if (written.size >= MOST_REMEMBERED) written.clear();
    written.set(keyOf(asking, entry.resource!), id);
    const status = isNew ? '201 Created' : '200 OK';
    answers.set(entry, { response: { status, location: `Patient/${id}/_history/1`, etag: 'W/"1"', lastModified: now.toISOString() } });
  }
  return answers;
}

const REFERENCE = /"reference"\s*:\s*"((?:Patient|Organization)[/?][^"\\]{1,200})"/g;

/** Patients and structures that the Bundle names by an address or a condition, and does not hold. */
async function referredTo(
  deps: WriteDeps,
  asking: Asking,
  body: Buffer,
  entries: readonly BatchEntry[],
): Promise<{ fullUrl: string; resource: Resource }[]> {
  const held = new Set(entries.flatMap(({ fullUrl }) => [fullUrl, localName(fullUrl)]));
  const named = new Set([...body.toString('utf8').matchAll(REFERENCE)].map(([, reference]) => reference!));
  const found: { fullUrl: string; resource: Resource }[] = [];
  for (const reference of named) {
    if (held.has(reference)) continue;
    const resource = reference.startsWith('Patient') ? await patientAt(deps, asking, reference) : await structureAt(deps, reference);
    if (resource) found.push({ fullUrl: reference, resource });
    // A structure that the region does not know is named all the same; that of the laboratory is looked for when the report is read.
    else if (reference.startsWith('Patient'))
      throw new Refusal('request.precondition', `nothing, or more than one, answers to a reference of the Bundle`, { at: 'Patient' });
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

/** The address of the report, and of its fiche; its results have theirs by what they are (`_include=DiagnosticReport:result`). */
function addressOf(type: unknown, { receipt, place }: Deposited): { location?: string; etag?: string } {
  if (!place || receipt.state !== 'stored') return {};
  const { patientId, structure, setId, version } = place;
  if (type === 'DiagnosticReport')
    return { location: `DiagnosticReport/${seriesId(patientId, structure, setId)}/_history/${version}`, etag: `W/"${version}"` };
  if (type === 'DocumentReference' && receipt.documentId !== null)
    return { location: `DocumentReference/${documentId(patientId, receipt.documentId)}` };
  return {};
}

/** A sender mends the first of them, and hears of the next. */
const MOST_WARNINGS = 20;

function answerOf(entry: BatchEntry, deposited: Deposited, asking: Asking): EntryAnswer {
  const { receipt, isNew } = deposited;
  const lastModified = receipt.receivedAt;
  const type = entry.resource?.['resourceType'];
  if (type === 'Organization') return { response: { status: '200 OK' } };
  const status = receipt.state === 'identity' ? '202 Accepted' : isNew ? '201 Created' : '200 OK';
  const address = addressOf(type, deposited);
  if (type !== 'DiagnosticReport') return { response: { status, ...address, lastModified } };
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
      ...(deposited.warnings ?? [])
        .slice(0, MOST_WARNINGS)
        .map(({ at, message }) => ({ severity: 'warning', code: 'incomplete', details: { text: message }, expression: [at] })),
    ],
  };
  return { response: { status, ...address, lastModified, outcome } };
}
