import assert from 'node:assert/strict';
import fc from 'fast-check';
import { beforeEach, expect, test } from 'vitest';
import type { PrintedPatient } from '#formats';
import { Refusal, type Sql, uuidv7 } from '#kernel';
import { testDatabase } from '../../test/support/database.ts';
import { correctTraits, setDoubt, withdrawIns } from './change.ts';
import type { Traits } from './contract.ts';
import { createFromArrival, identify } from './identify.ts';
import { mergePatients, splitPatient } from './merge.ts';
import { ODETTE, withIns } from './people.fixture.ts';
import { patientById, personOf } from './store.ts';
import { waitingAlike, waitingUnderIns } from './store-worklist.ts';
import { traitsOf } from './traits.ts';
import * as worklist from './worklist.ts';

/**
 * Random sequences of arrivals and decisions. Whatever happens, each document is in exactly one record or in the worklist, never in a record of
 * someone else, and a split gives back what was there. `CIGOGNE_SEQUENCES=100000` for the long run.
 */
const SEQUENCES = Number(process.env['CIGOGNE_SEQUENCES'] ?? 25);
const database = testDatabase();
const now = new Date('2026-11-22T09:00:00Z');
const who = { id: 'staff:1', name: 'Sonia DEMO' };

/** A woman, her twin, a homonym of hers born elsewhere, and a stranger. */
const PEOPLE: PrintedPatient[] = [
  withIns(ODETTE, '2550699042042'),
  withIns({ ...ODETTE, firstBirthGiven: 'COLETTE', birthGivens: 'COLETTE ANNE' }, '2550699042043'),
  withIns({ ...ODETTE, birthPlace: { cog: '99117' } }, '2550699117044'),
  withIns({ ...ODETTE, birthFamily: 'FICTIF', birthDate: '19620819' }, '2620899042045'),
];
const LABS = ['990000001', '990000002'];

type Step =
  | { do: 'arrive'; person: number; lab: number; how: 'ins' | 'no-ins' | 'slip' | 'other-ins'; other: number }
  | { do: 'decide'; nth: number; refuse: boolean }
  | { do: 'undo' | 'split' | 'recall' | 'withdraw-ins' | 'correct' | 'doubt'; nth: number }
  | { do: 'merge'; nth: number; into: number };
const small = fc.nat(7);
const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.record({
      do: fc.constant('arrive' as const),
      person: fc.nat(3),
      lab: fc.nat(1),
      how: fc.constantFrom('ins' as const, 'no-ins' as const, 'slip' as const, 'other-ins' as const),
      other: fc.nat(3),
    }),
  },
  { weight: 4, arbitrary: fc.record({ do: fc.constant('decide' as const), nth: small, refuse: fc.nat(4).map((n) => n === 0) }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('merge' as const), nth: small, into: small }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constantFrom('split' as const, 'undo' as const), nth: small }) },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constantFrom('recall' as const, 'withdraw-ins' as const, 'correct' as const, 'doubt' as const),
      nth: small,
    }),
  },
);

function print({ person, lab, how, other }: Extract<Step, { do: 'arrive' }>): PrintedPatient {
  const patient = PEOPLE[person]!;
  const ipp = { root: `1.2.3.${lab}`, extension: `IPP-${person}` };
  if (how === 'no-ins') return { ...patient, ids: [ipp] };
  if (how === 'slip') return { ...patient, ids: [ipp], birthDate: '19550615' };
  return { ...patient, ids: [...PEOPLE[how === 'other-ins' ? other : person]!.ids, ipp] };
}

/** What must be true, kept beside the database: who each document is about, where it is, who each record is, who was merged into whom. */
class World {
  readonly aboutWhom = new Map<string, number>();
  readonly filed = new Map<string, string>();
  readonly waiting = new Map<string, string>();
  readonly decided = new Map<string, string>();
  readonly whoIs = new Map<string, number>();
  readonly mergedInto = new Map<string, string>();
  readonly arrivals = new Map<string, worklist.KeptArrival>();

  readonly after: worklist.AfterDecision = {
    arrivalOf: async (_, depositId) => this.arrivals.get(depositId)!,
    resume: async (_, depositId, patientId) => this.file(depositId, patientId),
    refuse: async () => {},
    withdraw: async (_, depositId, patientId) => {
      assert.equal(this.filed.get(depositId), patientId);
      this.filed.delete(depositId);
    },
  };

  file(depositId: string, patientId: string): void {
    assert.ok(!this.filed.has(depositId), 'a document is filed once');
    if (!this.whoIs.has(patientId)) this.whoIs.set(patientId, this.aboutWhom.get(depositId)!);
    this.filed.set(depositId, patientId);
  }
  isLive = (patientId: string) => !this.mergedInto.has(patientId);
  liveOf = (person: number) => [...this.whoIs].filter(([id, about]) => about === person && this.isLive(id)).map(([id]) => id);
}

const transaction = <T>(work: (tx: Sql) => Promise<T>) => database.db.transaction(work);
const pick = <T>(items: readonly T[], nth: number): T | undefined => items[nth % items.length];
/** What a rule refuses changes nothing. */
const orRefused = (work: Promise<unknown>) =>
  work.catch((error: unknown) => {
    if (!(error instanceof Refusal)) throw error;
  });

async function arrive(world: World, given: Extract<Step, { do: 'arrive' }>): Promise<void> {
  const depositId = uuidv7();
  const patient = print(given);
  const sender = { finess: LABS[given.lab]!, name: 'LABO TEST' };
  world.aboutWhom.set(depositId, given.person);
  world.arrivals.set(depositId, { depositId, sender, patient, receivedAt: now });
  const found = await identify(database.db, { senderFiness: sender.finess, patient, mode: 'demo', now });
  const settled = found.kind === 'create' ? await transaction((tx) => createFromArrival(tx, found)) : found;
  if (settled.kind === 'one') return world.file(depositId, settled.patientId);
  const { waitingId } = await transaction((tx) =>
    worklist.keepWaiting(tx, { depositId, sender, patient, receivedAt: now, doubt: settled }),
  );
  world.waiting.set(waitingId, depositId);
}

/** A person who knows the truth: links to the record of that person, makes one when there is none, or refuses. */
async function decide(world: World, waitingId: string, refuse: boolean): Promise<void> {
  const depositId = world.waiting.get(waitingId)!;
  const request = { waitingId, who, reason: 'papers seen', mode: 'demo' as const, now };
  const settle = (id: string) => {
    world.decided.set(id, world.waiting.get(id)!);
    world.waiting.delete(id);
  };
  if (refuse) {
    await transaction((tx) => worklist.refuseWaiting(tx, request, world.after));
    return settle(waitingId);
  }
  const patientId = world.liveOf(world.aboutWhom.get(depositId)!)[0];
  await orRefused(
    transaction<unknown>((tx) =>
      patientId ? worklist.linkWaiting(tx, { ...request, patientId }, world.after) : worklist.createFromWaiting(tx, request, world.after),
    ).then(() => settle(waitingId)),
  );
  for (const alike of await waitingAlike(database.db, waitingId)) {
    if (await transaction((tx) => worklist.refileWaiting(tx, { ...request, waitingId: alike }, world.after))) settle(alike);
  }
}

async function undo(world: World, waitingId: string): Promise<void> {
  const withdrawn: string[] = [];
  const after = {
    ...world.after,
    withdraw: async (tx: Sql, depositId: string, patientId: string) => {
      withdrawn.push(depositId);
      await world.after.withdraw(tx, depositId, patientId);
    },
  };
  await transaction((tx) => worklist.undoDecision(tx, { waitingId, who, reason: 'a mistake', mode: 'demo', now }, after));
  for (const [id, depositId] of world.decided) {
    if (id !== waitingId && !withdrawn.includes(depositId)) continue;
    world.waiting.set(id, depositId);
    world.decided.delete(id);
  }
}

async function merge(world: World, nth: number, into: number): Promise<void> {
  const patientId = pick([...world.whoIs.keys()].filter(world.isLive), nth);
  const target = patientId && pick(world.liveOf(world.whoIs.get(patientId)!), into);
  if (!patientId || !target || target === patientId) return;
  await transaction((tx) => mergePatients(tx, { patientId, into: target, who, reason: 'one person', now }));
  world.mergedInto.set(patientId, target);
}

async function split(world: World, nth: number): Promise<void> {
  const patientId = pick([...world.mergedInto.keys()], nth);
  if (!patientId) return;
  await transaction((tx) => splitPatient(tx, { patientId, who, reason: 'a mistake', now }));
  world.mergedInto.delete(patientId);
}

/** A person sees that a document is not in its place, rightly or not: it waits again. */
async function recall(world: World, nth: number): Promise<void> {
  const depositId = pick([...world.filed.keys()], nth);
  if (!depositId) return;
  const patientId = world.filed.get(depositId)!;
  await transaction((tx) => worklist.recallDeposit(tx, { depositId, patientId, who, reason: 'a doubt', now }, world.after));
  const { waiting } = await worklist.listWaiting(database.db, 'demo', { limit: 1_000 });
  const { waitingId } = waiting.find((one) => one.depositId === depositId)!;
  world.decided.delete(waitingId);
  world.waiting.set(waitingId, depositId);
}

/** A person changes what is known of a record: the true traits, the INS away, a doubt or none. Then what rules can file is filed. */
async function changeRecord(world: World, what: 'withdraw-ins' | 'correct' | 'doubt', nth: number): Promise<void> {
  const patientId = pick([...world.whoIs.keys()].filter(world.isLive), nth);
  const before = patientId && (await patientById(database.db, patientId));
  if (!before) return;
  const request = { patientId, who, reason: 'looked into', now };
  const person = PEOPLE[world.whoIs.get(patientId)!]!;
  await orRefused(
    transaction((tx) => {
      if (what === 'withdraw-ins') return withdrawIns(tx, request);
      if (what === 'correct') return correctTraits(tx, { ...request, traits: traitsOf(person) as Traits });
      return setDoubt(tx, { ...request, doubt: 'DOUT', isOn: !before.attributes.includes('DOUT') });
    }),
  );
  for (const waitingId of before.ins ? await waitingUnderIns(database.db, before.ins) : []) {
    const refile = { waitingId, who, reason: 'looked into', mode: 'demo' as const, now };
    if (!(await transaction((tx) => worklist.refileWaiting(tx, refile, world.after)))) continue;
    world.decided.set(waitingId, world.waiting.get(waitingId)!);
    world.waiting.delete(waitingId);
  }
}

async function take(world: World, given: Step): Promise<void> {
  if (given.do === 'arrive') return arrive(world, given);
  if (given.do === 'merge') return merge(world, given.nth, given.into);
  if (given.do === 'split') return split(world, given.nth);
  if (given.do === 'recall') return recall(world, given.nth);
  if (given.do === 'withdraw-ins' || given.do === 'correct' || given.do === 'doubt') return changeRecord(world, given.do, given.nth);
  const waitingId = pick([...(given.do === 'decide' ? world.waiting : world.decided).keys()], given.nth);
  if (!waitingId) return;
  return given.do === 'decide' ? decide(world, waitingId, given.refuse) : undo(world, waitingId);
}

/** Everything that must hold after each step. */
async function check(world: World): Promise<void> {
  const { waiting } = await worklist.listWaiting(database.db, 'demo', { limit: 1_000 });
  expect(waiting.map(({ depositId }) => depositId).toSorted()).toEqual([...world.waiting.values()].toSorted());
  for (const [depositId, home] of world.filed) {
    expect(world.whoIs.get(home), 'a document never is in the record of someone else').toBe(world.aboutWhom.get(depositId));
    expect([...world.waiting.values()]).not.toContain(depositId);
  }
  const live = [...world.whoIs.keys()].filter(world.isLive);
  const read = (await Promise.all(live.map((id) => personOf(database.db, id)))).flatMap(({ homes }) => homes);
  expect(read.toSorted(), 'each home is read from exactly one live record').toEqual([...world.whoIs.keys()].toSorted());
}

beforeEach(empty);
async function empty(): Promise<void> {
  await database.db.script(
    'delete from identity.waiting; delete from identity.source_identity; delete from identity.ins; delete from identity.patient',
  );
}

test('whatever arrives and is decided, each document is in one record of its own person or in the worklist, and a split restores', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 25 }), async (steps) => {
      await empty();
      const world = new World();
      for (const given of steps) {
        await take(world, given);
        await check(world);
      }
      for (const patientId of world.mergedInto.keys()) {
        await transaction((tx) => splitPatient(tx, { patientId, who, reason: 'all back', now }));
        world.mergedInto.delete(patientId);
      }
      for (const patientId of world.whoIs.keys()) expect((await personOf(database.db, patientId)).homes).toEqual([patientId]);
    }),
    { numRuns: SEQUENCES },
  );
}, 36_000_000);
