import { setImmediate as breathe } from 'node:timers/promises';
import { Refusal } from '#kernel';
import { INSUFFICIENT_SCOPE } from '../wire/outcome.ts';
import type { Bundle } from '../wire/resource.ts';
import { type Asking, type FhirDeps, openRecord } from '../world/door.ts';
import { patientsMeant } from '../world/followed.ts';
import { ALL, wantedToRead } from '../world/wanted.ts';
import { EVERYTHING } from './everything.ts';
import { historyOf, readHistoryWish, versionEntries } from './history.ts';
import { checkOffer } from './interactions.ts';

/** Records read for one history: a person in their own practice. */
const OF_HISTORY = { most: 200, otherwise: 'name one (patient=…), or export what changed (Patient/$export?_since=…)' };

/**
 * `GET /fhir/[type]/_history`, and of all types `GET /fhir/_history`: the versions of what the reader may see, newest first, of one patient (`patient`, those of a launch, one's own
 * record) or of all whom they follow. Each record passes the door, with its event; one that is not open is left out. What is of nobody, the directory, keeps no versions: refused.
 */
export async function readHistoryOfMany(
  deps: FhirDeps,
  asking: Asking,
  { type, pairs }: { type: string | undefined; pairs: readonly [string, string][] },
): Promise<Bundle> {
  if (type !== undefined) checkOffer(type, 'history-type');
  const wish = readHistoryWish(pairs, deps.zone, ['patient']);
  if (asking.strict && wish.ignored.length > 0) throw new Refusal('request.invalid', wish.ignored.join('; '), { at: 'query' });
  const object = `${type === undefined ? '' : `${type}/`}_history`;
  const patient = new Map(pairs).get('patient')?.replace(/^.*Patient\//, '');
  const types = type === undefined ? EVERYTHING.filter((one) => one !== 'Organization') : [type];
  const wanted = type === undefined ? ALL : wantedToRead(type, asking.who);
  const histories = [];
  const { patients, isNamed } = await patientsMeant(deps, asking, { ...OF_HISTORY, patient, object });
  for (const patientId of patients) {
    // SMART 2.2: the history of a type is of who may search it.
    const asked = { type: type ?? '*', permission: 's' as const, object };
    const world = await openRecord(deps, { ...asking, now: new Date() }, patientId, wanted, asked).catch((error: unknown) => {
      if (error instanceof Refusal && error.code === 'access.denied' && !isNamed && error.at !== INSUFFICIENT_SCOPE) return undefined;
      throw error;
    });
    for (const one of types)
      for (const { id } of world?.all(one) ?? []) histories.push(versionEntries(world!.history(one, id), asking.base));
    // Whoever waits for an answer goes first.
    await breathe();
  }
  return historyOf(histories, wish, { self: `${asking.base}/${object}`, pairs });
}
