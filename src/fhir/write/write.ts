import type { Principal } from '#access';
import { structure } from '#directory';
import { Refusal } from '#kernel';
import { checkOffer } from '../rest/interactions.ts';
import { type Asking, type FhirDeps, open } from '../world/door.ts';
import type { JsonObject } from '../wire/json.ts';
import { organizationResource } from '../make/directory.ts';
import type { Written } from '../wire/resource.ts';
import { forgetPatient, hearPatient } from '../people/source-feed.ts';
import {
  numbersOf,
  readSourcePatient,
  removeSourcePatient,
  type SourceToUpdate,
  updateSourcePatient,
  writeSourcePatient,
} from '../people/source-patients.ts';

/** Only a registered system writes here; people file documents by their own door. */
export function mustBeSystem({ role }: Principal): void {
  if (role !== 'laboratory-system')
    throw new Refusal('access.denied', 'réservé aux systèmes enregistrés (kept for registered systems)', { at: 'role-without-right' });
}

export interface ToWrite {
  type: string;
  given: JsonObject;
  /** If-None-Exist, a search by number. */
  condition: string | undefined;
}

/**
 * `POST /fhir/[type]`: a Patient of the sender's, or an Organization that the directory knows.
 * @throws Refusal `request.precondition` when the condition is met by several
 */
export async function writeOne(deps: FhirDeps, asking: Asking, toWrite: ToWrite): Promise<Written> {
  const { type, given } = toWrite;
  checkWrite(asking, toWrite);
  return type === 'Patient' ? (await writePatients(deps, asking, [{ given }]))[0]! : findOrganization(deps, asking, given);
}

export function checkWrite({ who }: Asking, { type, given, condition }: ToWrite): void {
  checkOffer(type, 'create');
  mustBeSystem(who);
  if (given['resourceType'] !== type) throw new Refusal('request.invalid', `the body is not a ${type}`, { at: 'resourceType' });
  checkCondition(given, condition);
  if (type === 'Patient') checkPatient(given);
}

const GENDERS: ReadonlySet<unknown> = new Set(['male', 'female', 'other', 'unknown', undefined]);

/** What would be kept, given back and compared as if it said something. */
function checkPatient({ gender, birthDate }: JsonObject): void {
  if (!GENDERS.has(gender)) throw new Refusal('request.invalid', 'a gender is male, female, other or unknown', { at: 'Patient.gender' });
  if (birthDate !== undefined && !isDate(birthDate))
    throw new Refusal('request.invalid', 'a birth date is YYYY, YYYY-MM or YYYY-MM-DD, of a day that exists', { at: 'Patient.birthDate' });
}

/** R4 `date`. */
function isDate(said: unknown): boolean {
  if (typeof said !== 'string' || !/^\d{4}(?:-\d{2}){0,2}$/.test(said)) return false;
  const whole = `${said}-01-01`.slice(0, 10);
  const read = new Date(`${whole}T00:00:00Z`);
  return !Number.isNaN(read.getTime()) && read.toISOString().slice(0, 10) === whole;
}

/** A create is idempotent here by the sender's numbers; a condition on anything else would not say the same. */
function checkCondition(given: JsonObject, condition: string | undefined): void {
  if (condition === undefined) return;
  const numbers = new URLSearchParams(condition.replace(/^.*\?/, '')).getAll('identifier');
  if (numbers.length === 0 || !numbers.every((number) => numbersOf(given).includes(number)))
    throw new Refusal('request.precondition', 'If-None-Exist names an identifier of the resource itself', { at: 'If-None-Exist' });
}

/** What a system says of one of its patients: new, or what it says now of one that it wrote. */
export interface PatientToWrite {
  given: JsonObject;
  update?: { target: SourceToUpdate; ifMatch: string | undefined };
}

/** Writes patients of the sender's, all or none. */
export function writePatients(deps: FhirDeps, asking: Asking, toWrite: readonly PatientToWrite[]): Promise<Written[]> {
  const { who, now, base } = asking;
  mustBeSystem(who);
  return open(deps, asking, { action: 'source.write', object: 'Patient' }, async (tx) => {
    const written: Written[] = [];
    for (const { given, update } of toWrite) {
      const { id, isNew } = update
        ? await updateSourcePatient(tx, { senderId: who.id, ...update, now }, given)
        : await writeSourcePatient(tx, who.id, given, now);
      const resource = (await readSourcePatient(tx, who.id, id))!;
      const said = { given, sourceId: id, versionId: resource.meta!.versionId, isNew, isSaidNow: isNew || !!update };
      await hearPatient(tx, { who, now, mode: deps.mode }, said);
      written.push({ status: isNew ? 201 : 200, resource, location: `${base}/Patient/${id}/_history/${resource.meta!.versionId}` });
    }
    return written;
  });
}

/** `DELETE /fhir/Patient/[id]`, or `?identifier=system|value` (IHE ITI-104): the sender has this patient no more. What is not there is removed already. */
export async function removePatient(deps: FhirDeps, asking: Asking, target: SourceToUpdate): Promise<void> {
  const { who, now } = asking;
  mustBeSystem(who);
  if ('number' in target && !target.number.includes('|'))
    throw new Refusal('request.precondition', 'a conditional DELETE names its patient: Patient?identifier=system|value', {
      at: 'identifier',
    });
  await open(deps, asking, { action: 'source.write', object: 'Patient' }, async (tx) =>
    forgetPatient(tx, who, await removeSourcePatient(tx, who.id, target, now)),
  );
}

export interface ToUpdate {
  target: SourceToUpdate;
  given: JsonObject;
  ifMatch: string | undefined;
}

/** `PUT /fhir/Patient/[id]`, or `?identifier=system|value` (IHE ITI-104): what the sender says now of its patient. */
export async function updatePatient(deps: FhirDeps, asking: Asking, toUpdate: ToUpdate): Promise<Written> {
  const { given, target, ifMatch } = checkUpdate(toUpdate);
  return (await writePatients(deps, asking, [{ given, update: { target, ifMatch } }]))[0]!;
}

export function checkUpdate(toUpdate: ToUpdate): ToUpdate {
  if (toUpdate.given['resourceType'] === 'Patient') return toUpdate;
  throw new Refusal('request.invalid', 'the body is not a Patient', { at: 'resourceType' });
}

/** Structures are those of the national registers: a system names one, and makes none. */
export async function findOrganization(deps: FhirDeps, asking: Asking, given: JsonObject): Promise<Written> {
  return open(deps, asking, { action: 'directory.search', object: 'Organization' }, async (tx) => {
    for (const number of numbersOf(given)) {
      const value = number.slice(number.indexOf('|') + 1);
      const found = (await structure(tx, value)) ?? (await structure(tx, value.replace(/^1(?=\d[\dAB]\d{7}$)/, '')));
      if (!found) continue;
      const resource = organizationResource(found);
      return { status: 200, resource, location: `${asking.base}/Organization/${resource.id}` };
    }
    throw new Refusal('deposit.wrong-structure', 'the directory knows no such structure: it takes them from the national registers', {
      at: 'Organization.identifier',
    });
  });
}
