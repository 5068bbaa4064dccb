import { Refusal } from '#kernel';
import type { Asking } from '../world/door.ts';
import type { JsonObject } from '../wire/json.ts';
import type { Written } from '../wire/resource.ts';
import type { BatchEntry } from '../write/deps.ts';
import { checkUpdate, checkWrite, findOrganization, writePatients } from '../write/write.ts';
import { answerEntry, answerWritten, type BatchDeps, type EntryAnswer, patientTarget, targetOf } from './entry.ts';

/**
 * What a transaction writes, all or nothing: patients of the sender's and the structures that they name, or one change of another kind. Its readings
 * come after, each answered in its place: none of them can undo what was written.
 */
export async function writeTogether(
  deps: BatchDeps,
  asking: Asking,
  entries: readonly BatchEntry[],
): Promise<Map<BatchEntry, EntryAnswer>> {
  const writes = entries.filter(({ request }) => request.method !== 'GET');
  const [only, another] = writes;
  if (!only) return new Map();
  const areIdentities = writes.every((entry) => isIdentity(entry, asking));
  if (!another && !areIdentities) return new Map([[only, await answerEntry(deps, asking, only)]]);
  if (!areIdentities)
    throw new Refusal(
      'request.invalid',
      'a transaction writes one report, one submission set, patients and structures, or one change: send other writings as a batch',
      { at: 'Bundle.entry' },
    );
  const written = await writeIdentities(deps, asking, writes);
  return new Map([...written].map(([entry, one]) => [entry, answerWritten(one, asking)]));
}

function isIdentity(entry: BatchEntry, { base }: Asking): boolean {
  const { type, id } = targetOf(entry, base);
  const { method } = entry.request;
  return (
    (method === 'POST' && id === undefined && (type === 'Patient' || type === 'Organization')) || (method === 'PUT' && type === 'Patient')
  );
}

/** Structures are found first: patients name them. */
async function writeIdentities(deps: BatchDeps, asking: Asking, writes: readonly BatchEntry[]): Promise<Map<BatchEntry, Written>> {
  const written = new Map<BatchEntry, Written>();
  const names = new Map<string, string>();
  const patients: BatchEntry[] = [];
  for (const entry of writes) {
    const { resource: given = {}, request, fullUrl } = entry;
    const { type } = targetOf(entry, asking.base);
    if (request.method === 'POST') checkWrite(asking, { type, given, condition: request.ifNoneExist });
    if (type === 'Patient') {
      patients.push(entry);
      continue;
    }
    const found = await findOrganization(deps, asking, given);
    written.set(entry, found);
    if (fullUrl !== undefined) names.set(fullUrl, `Organization/${found.resource.id}`);
  }
  const toWrite = patients.map((entry) => {
    const given = resolved(entry.resource ?? {}, names);
    if (entry.request.method === 'POST') return { given };
    const target = patientTarget(targetOf(entry, asking.base));
    return { given, update: checkUpdate({ target, given, ifMatch: entry.request.ifMatch }) };
  });
  if (toWrite.length > 0) for (const [n, one] of (await writePatients(deps, asking, toWrite)).entries()) written.set(patients[n]!, one);
  return written;
}

/** With what it refers to in its Bundle named as it is named here. */
function resolved(given: JsonObject, names: ReadonlyMap<string, string>): JsonObject {
  if (names.size === 0) return given;
  return JSON.parse(JSON.stringify(given), (key, value: unknown) =>
    key === 'reference' && typeof value === 'string' ? (names.get(value) ?? value) : value,
  ) as JsonObject;
}
