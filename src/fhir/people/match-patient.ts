import { readFhirPatient } from '#formats';
import { aliasesOf, linkedNumbers, matchPatient, type MatchGrade, personOf } from '#identity';
import { Refusal, type Sql } from '#kernel';
import { type Asking, type FhirDeps, open } from '../world/door.ts';
import { mayLookForAnyone } from './find-patient.ts';
import { type JsonObject, parseJson } from '../wire/json.ts';
import { patientResource, shareable } from '../make/people.ts';
import { warningsOf } from '../wire/outcome.ts';
import type { Bundle, Resource } from '../wire/resource.ts';
import { followed, shownTo } from './shown-patients.ts';

/** FHIR R4, value set match-grade: how sure the server is. */
const GRADE = 'http://hl7.org/fhir/StructureDefinition/match-grade';

interface Matched {
  resource: Resource;
  /** 0 to 1. */
  score: number;
  grade: MatchGrade;
}

/**
 * `POST /fhir/Patient/$match` (IHE PDQm, ITI-119): who could be the person described, best first. A professional is told of someone they do not
 * follow as in a search; a registered system is told of those alone whose number of its own structures a person linked.
 * @throws Refusal `request.invalid`
 */
export async function match(deps: FhirDeps, asking: Asking, body: Buffer): Promise<Bundle> {
  const { described, onlyCertain, count, ignored } = readInput(parseJson(body));
  if (ignored.length > 0 && asking.strict) throw new Refusal('request.invalid', ignored.join('; '), { at: 'parameter' });
  const isSystem = asking.who.role === 'laboratory-system';
  if (!isSystem) mayLookForAnyone(asking);
  const action = isSystem ? 'source.read' : 'patient.search';
  const matched = await open(deps, asking, { action, object: 'Patient/$match' }, async (tx) => {
    const found = await matchPatient(tx, readFhirPatient(withBirthName(described)), deps.mode);
    const certain = found.filter(({ grade }) => grade === 'certain');
    // Only certain matches are wanted: two people that could both be meant are none.
    const wanted = !onlyCertain ? found : certain.length === 1 ? certain : [];
    const graded = wanted.map(({ candidate, grade }) => ({ candidate, score: candidate.score / 100, grade }));
    return isSystem ? ownMatches(tx, asking, graded) : shownMatches(tx, asking, graded);
  });
  const entry = matched.slice(0, count).map(({ resource, score, grade }) => ({
    fullUrl: `${asking.base}/Patient/${resource.id}`,
    resource,
    search: { extension: [{ url: GRADE, valueCode: grade }], mode: 'match', score },
  }));
  const all = [...entry, ...(ignored.length > 0 ? [{ resource: warningsOf(ignored), search: { mode: 'outcome' } }] : [])];
  return { resourceType: 'Bundle', type: 'searchset', total: entry.length, ...(all.length > 0 && { entry: all }) };
}

type Graded = { candidate: Awaited<ReturnType<typeof matchPatient>>[number]['candidate']; score: number; grade: MatchGrade };

async function shownMatches(tx: Sql, asking: Asking, graded: readonly Graded[]): Promise<Matched[]> {
  const shown = await shownTo(
    tx,
    asking,
    graded.map(({ candidate }) => candidate),
  );
  const aliases = await aliasesOf(tx, followed(shown));
  return graded.map(({ score, grade }, n) => {
    const { patient } = shown[n]!;
    return { resource: patientResource(patient, { aliases: aliases.get(patient.patientId) }), score, grade };
  });
}

/** A system's own patients, each with the numbers that it gave them. */
async function ownMatches(tx: Sql, { who }: Asking, graded: readonly Graded[]): Promise<Matched[]> {
  const matched: Matched[] = [];
  for (const { candidate, score, grade } of graded) {
    const { homes } = await personOf(tx, candidate.patientId);
    const own = (await linkedNumbers(tx, homes)).filter(({ senderFiness }) => who.structures?.includes(senderFiness));
    if (own.length > 0) matched.push({ resource: patientResource(shareable(candidate), { numbers: own }), score, grade });
  }
  return matched;
}

/** Who describes a person rarely says which name is that of birth, and ITI-119 does not ask it: the first that is said stands for it when none is called so. */
function withBirthName(described: JsonObject): JsonObject {
  const names = Array.isArray(described['name']) ? (described['name'] as JsonObject[]) : [];
  const isOfBirth = (name: JsonObject) => name['use'] === 'official' || name['use'] === 'maiden';
  return names.length === 0 || names.some(isOfBirth) ? described : { ...described, name: [...names, { ...names[0], use: 'official' }] };
}

/** A Parameters with `resource`, `onlyCertainMatches` and `count`; or the Patient alone. */
function readInput(body: JsonObject): { described: JsonObject; onlyCertain: boolean; count: number; ignored: string[] } {
  if (body['resourceType'] === 'Patient') return { described: body, onlyCertain: false, count: Infinity, ignored: [] };
  const given = Array.isArray(body['parameter']) ? (body['parameter'] as JsonObject[]) : [];
  const of = (name: string) => given.find((one) => one?.['name'] === name);
  const described = of('resource')?.['resource'] as JsonObject | undefined;
  if (body['resourceType'] !== 'Parameters' || described?.['resourceType'] !== 'Patient')
    throw new Refusal('request.invalid', 'the body is a Patient, or Parameters with one under the name resource', { at: 'body' });
  const count = of('count')?.['valueInteger'] ?? Infinity;
  if (typeof count !== 'number' || count < 1) throw new Refusal('request.invalid', 'count is a whole number above 0', { at: 'count' });
  const known = ['resource', 'onlyCertainMatches', 'count'];
  const others = given.map((one) => String(one?.['name']).slice(0, 40)).filter((name) => !known.includes(name));
  const ignored = others.map((name) => `the parameter ${name} is not looked at here`);
  return { described, onlyCertain: of('onlyCertainMatches')?.['valueBoolean'] === true, count, ignored };
}
