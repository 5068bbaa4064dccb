import type { Principal } from '#access';
import { structure } from '#directory';
import { readFhirPatient } from '#formats';
import { hearOfDeath } from '#identity';
import { Refusal, type Sql } from '#kernel';
import { checkOffer } from '../rest/interactions.ts';
import { type Asking, type FhirDeps, open } from '../world/door.ts';
import { type JsonObject, parseJson } from '../wire/json.ts';
import { organizationResource } from '../make/directory.ts';
import { EPOCH } from '../make/people.ts';
import type { Resource } from '../wire/resource.ts';
import { numbersOf, readSourcePatient, type SourceToUpdate, updateSourcePatient, writeSourcePatient } from '../people/source-patients.ts';

export interface Written {
  status: number;
  resource: Resource;
  location: string;
}

/** Only a registered system writes here; people file documents by their own door. */
export function mustBeSystem({ role }: Principal): void {
  if (role !== 'laboratory-system')
    throw new Refusal('access.denied', 'réservé aux systèmes enregistrés (kept for registered systems)', { at: 'role-without-right' });
}

/**
 * `POST /fhir/[type]`: a Patient of the sender's, or an Organization that the directory knows. `condition`: If-None-Exist, a search by number.
 * @throws Refusal `request.precondition` when the condition is met by several
 */
export function writeOne(deps: FhirDeps, asking: Asking, type: string, body: Buffer, condition: string | undefined): Promise<Written> {
  return writeGiven(deps, asking, { type, given: parseJson(body), condition });
}

export interface ToWrite {
  type: string;
  given: JsonObject;
  condition: string | undefined;
}

export async function writeGiven(deps: FhirDeps, asking: Asking, { type, given, condition }: ToWrite): Promise<Written> {
  checkOffer(type, 'create');
  mustBeSystem(asking.who);
  if (given['resourceType'] !== type) throw new Refusal('request.invalid', `the body is not a ${type}`, { at: 'resourceType' });
  checkCondition(given, condition);
  return type === 'Patient' ? writePatient(deps, asking, given) : findOrganization(deps, asking, given);
}

/** A create is idempotent here by the sender's numbers; a condition on anything else would not say the same. */
function checkCondition(given: JsonObject, condition: string | undefined): void {
  if (condition === undefined) return;
  const numbers = new URLSearchParams(condition.replace(/^.*\?/, '')).getAll('identifier');
  if (numbers.length === 0 || !numbers.every((number) => numbersOf(given).includes(number)))
    throw new Refusal('request.precondition', 'If-None-Exist names an identifier of the resource itself', { at: 'If-None-Exist' });
}

async function writePatient(deps: FhirDeps, asking: Asking, given: JsonObject): Promise<Written> {
  const { who, now, base } = asking;
  return open(deps, asking, { action: 'source.write', object: 'Patient' }, async (tx) => {
    const { id, isNew } = await writeSourcePatient(tx, who.id, given, now);
    await hearDeath(tx, deps, asking, given);
    const resource = (await readSourcePatient(tx, who.id, id))!;
    return { status: isNew ? 201 : 200, resource, location: `${base}/Patient/${id}/_history/1` };
  });
}

/** A structure that says that its own patient died; a system of several structures does not say which speaks. */
async function hearDeath(tx: Sql, { mode }: FhirDeps, { who, now }: Asking, given: JsonObject): Promise<void> {
  const [senderFiness, ...others] = who.structures ?? [];
  if (senderFiness !== undefined && others.length === 0)
    await hearOfDeath(tx, { patient: readFhirPatient(given), senderFiness, mode, now });
}

export interface ToUpdate {
  target: SourceToUpdate;
  body: Buffer;
  ifMatch: string | undefined;
}

/** `PUT /fhir/Patient/[id]`, or `?identifier=system|value` (IHE ITI-104): what the sender says now of its patient. */
export function updatePatient(deps: FhirDeps, asking: Asking, { target, body, ifMatch }: ToUpdate): Promise<Written> {
  const { who, now, base } = asking;
  mustBeSystem(who);
  const given = parseJson(body);
  if (given['resourceType'] !== 'Patient') throw new Refusal('request.invalid', 'the body is not a Patient', { at: 'resourceType' });
  return open(deps, asking, { action: 'source.write', object: 'Patient' }, async (tx) => {
    const { id, isNew } = await updateSourcePatient(tx, { senderId: who.id, target, ifMatch, now }, given);
    await hearDeath(tx, deps, asking, given);
    const resource = (await readSourcePatient(tx, who.id, id))!;
    return { status: isNew ? 201 : 200, resource, location: `${base}/Patient/${id}/_history/${resource.meta!.versionId}` };
  });
}

/** Structures are those of the national registers: a system names one, and makes none. */
async function findOrganization(deps: FhirDeps, asking: Asking, given: JsonObject): Promise<Written> {
  return open(deps, asking, { action: 'directory.search', object: 'Organization' }, async (tx) => {
    for (const number of numbersOf(given)) {
      const value = number.slice(number.indexOf('|') + 1);
      const found = (await structure(tx, value)) ?? (await structure(tx, value.replace(/^1(?=\d[\dAB]\d{7}$)/, '')));
      if (!found) continue;
      const resource = organizationResource(found);
      return {
        status: 200,
        resource: { ...resource, meta: { versionId: '1', lastUpdated: EPOCH } },
        location: `${asking.base}/Organization/${resource.id}`,
      };
    }
    throw new Refusal('deposit.wrong-structure', 'the directory knows no such structure: it takes them from the national registers', {
      at: 'Organization.identifier',
    });
  });
}
