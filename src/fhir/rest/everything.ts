import { Refusal } from '#kernel';
import { sinceOf } from '../wire/instant.ts';
import { warningsOf } from '../wire/outcome.ts';
import { type Bundle, mayHaveChanged, type Resource, STATED } from '../wire/resource.ts';
import { dateSpan } from '../search/date.ts';
import { judgeOf } from '../search/match.ts';
import { paramOf, valuesOf } from '../search/params.ts';
import { splitValues } from '../search/query.ts';
import { type Asking, type FhirDeps, NOBODY, openRecord } from '../world/door.ts';
import { found } from './interactions.ts';
import { patientOfId } from '../wire/ids.ts';
import { ALL } from '../world/wanted.ts';

/** All that is of a patient, type by type, with the places that it names. */
export const EVERYTHING = [
  'Patient',
  'DiagnosticReport',
  'Observation',
  'Specimen',
  'DocumentReference',
  'List',
  'Encounter',
  ...STATED,
  'Organization',
];

/** When the care took place, by type: what `start` and `end` are held against. */
const CARE_DATES: Readonly<Record<string, string>> = {
  DiagnosticReport: 'date',
  Observation: 'date',
  Specimen: 'collected',
  DocumentReference: 'period',
  Encounter: 'date',
  MedicationStatement: 'effective',
  MedicationRequest: 'authoredon',
  Immunization: 'date',
  Procedure: 'date',
};
const MOST_COUNT = 1_000;

interface Wish {
  types: readonly string[];
  since: number | undefined;
  start: string | undefined;
  end: string | undefined;
  count: number | undefined;
  cursor: string | undefined;
  ignored: string[];
}

function readWish(pairs: readonly [string, string][]): Wish {
  const given = new Map(pairs);
  const wrong = (at: string, message: string): never => {
    throw new Refusal('request.invalid', message, { at });
  };
  const types = given.has('_type') ? splitValues(given.get('_type')!) : EVERYTHING;
  const since = given.has('_since') ? sinceOf(given.get('_since')!) : undefined;
  if (Number.isNaN(since)) wrong('_since', '_since is not an instant');
  for (const name of ['start', 'end'])
    if (given.has(name) && dateSpan(given.get(name)!, 'UTC') === undefined) wrong(name, `${name} is not a date of FHIR`);
  const count = given.get('_count');
  if (count !== undefined && !/^[1-9]\d{0,5}$/.test(count)) wrong('_count', '_count is a whole number, one at least');
  const known = ['_type', '_since', 'start', 'end', '_count', '_cursor', '_format', '_pretty'];
  return {
    types,
    since,
    start: given.get('start'),
    end: given.get('end'),
    count: count === undefined ? undefined : Math.min(Number(count), MOST_COUNT),
    cursor: given.get('_cursor'),
    ignored: [
      ...pairs.flatMap(([name]) => (known.includes(name) ? [] : [`the parameter ${name.slice(0, 80)} is not of $everything`])),
      ...types.flatMap((type) => (EVERYTHING.includes(type) ? [] : [`${type.slice(0, 40)} is not served here`])),
    ],
  };
}

/** `GET /fhir/Patient/[id]/$everything`: all that this reader may see, in one answer or page by page (`_count`). */
export async function everything(deps: FhirDeps, asking: Asking, id: string, pairs: readonly [string, string][]): Promise<Bundle> {
  const patientId = found(patientOfId('Patient', id));
  const wish = readWish(pairs);
  const { ignored, count, cursor } = wish;
  if (asking.strict && ignored.length > 0) throw new Refusal('request.invalid', ignored.join('; '), { at: 'query' });
  const world = await openRecord(deps, asking, patientId, ALL, { type: 'Patient', permission: 'r', object: `Patient/${id}/$everything` });
  const isMeant = meantBy(wish, deps.zone);
  const all = EVERYTHING.filter((type) => wish.types.includes(type)).flatMap((type) =>
    world.all(type).filter(isMeant).toSorted(compareIds),
  );
  const start = cursor === undefined ? 0 : startAfter(all, cursor);
  const page = count === undefined ? all.slice(start) : all.slice(start, start + count);
  const last = page.at(-1);
  const link = (next?: string) => {
    const kept = [...pairs.filter(([name]) => name !== '_cursor'), ...(next === undefined ? [] : [['_cursor', next]])];
    const text = new URLSearchParams(kept as [string, string][]).toString();
    return `${asking.base}/Patient/${id}/$everything${text === '' ? '' : `?${text}`}`;
  };
  const isMore = last !== undefined && start + page.length < all.length;
  return {
    resourceType: 'Bundle',
    type: 'searchset',
    total: all.length,
    link: [{ relation: 'self', url: link(cursor) }, ...(isMore ? [{ relation: 'next', url: link(cursorOf(last)) }] : [])],
    entry: [
      ...page.map((resource) => ({
        fullUrl: `${asking.base}/${resource.resourceType}/${resource.id}`,
        resource,
        search: { mode: 'match' },
      })),
      ...(ignored.length > 0 ? [{ resource: warningsOf(ignored), search: { mode: 'outcome' } }] : []),
    ],
  };
}

/** What was changed since, and what is of the care of these days; what has no day of its own is always there. */
function meantBy({ since, start, end }: Wish, zone: string): (resource: Resource) => boolean {
  const bounds = [...(start === undefined ? [] : [`ge${start}`]), ...(end === undefined ? [] : [`le${end}`])];
  const dated = new Map(
    Object.entries(CARE_DATES).map(([type, name]) => {
      const param = paramOf(type, name)!;
      const judges = bounds.map((bound) => judgeOf({ param, values: [bound] }, { world: NOBODY, zone }));
      return [type, (one: Resource) => valuesOf(one, param).length === 0 || judges.every((judge) => judge(one))] as const;
    }),
  );
  return (resource) => {
    return mayHaveChanged(resource, since) && (dated.get(resource.resourceType)?.(resource) ?? true);
  };
}

const compareIds = (a: Resource, b: Resource) => (a.id < b.id ? -1 : a.id > b.id ? 1 : 0);

/** Where a page ended: the last resource, so that what arrives meanwhile moves nothing. */
const cursorOf = ({ resourceType, id }: Resource) => `${resourceType}.${id}`;

function startAfter(all: readonly Resource[], cursor: string): number {
  const cut = cursor.indexOf('.');
  const [type, id] = [cursor.slice(0, cut), cursor.slice(cut + 1)];
  const rank = EVERYTHING.indexOf(type);
  if (rank < 0) throw new Refusal('request.invalid', 'not a page of this server', { at: '_cursor' });
  const next = all.findIndex((one) => {
    const own = EVERYTHING.indexOf(one.resourceType);
    return own > rank || (own === rank && one.id > id);
  });
  return next < 0 ? all.length : next;
}
