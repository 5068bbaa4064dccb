import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { PrintedPatient } from '#formats';
import { type Db, Refusal, type Sql, uuidv7 } from '#kernel';
import { correctTraits, setDoubt, withdrawIns } from './change.ts';
import type { Traits } from './contract.ts';
import { createFromArrival, identify } from './identify.ts';
import { mergePatients, splitPatient } from './merge.ts';
import { ODETTE, withIns } from './people.fixture.ts';
import { patientById } from './store.ts';
import { personOf } from './store-merges.ts';
import { waitingAlike, waitingUnderIns } from './store-worklist.ts';
import { traitsOf } from './traits.ts';
import * as worklist from './worklist.ts';

/** Random arrivals and decisions about four people who are easily taken for one another, and what must be true of them: see `sequences.db.test.ts`. */
export type Step =
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
export const sequence: fc.Arbitrary<Step[]> = fc.array(step, { minLength: 5, maxLength: 25 });

const LABS = ['990000001', '990000002'];
const now = new Date('2026-11-22T09:00:00Z');
const by = { who: { id: 'staff:1', name: 'Sonia DEMO' }, now };

/** A name, a birth date and matricules that no other universe has, so that many live in one database without meeting. */
function peopleOf(universe: number): PrintedPatient[] {
  const letters = [...String(universe)].map((digit) => `${'BFGKLMNPRV'[Number(digit)]}A`).join('');
  const [year, month, day] = [1930 + (universe % 60), 1 + (Math.floor(universe / 60) % 12), 1 + (Math.floor(universe / 720) % 27)];
  const two = (number: number) => String(number % 100).padStart(2, '0');
  const matricule = (person: number, born: number) =>
    `2${two(born)}${two(month)}${String(universe * 4 + person)
      .padStart(8, '0')
      .slice(-8)}`;
  const born = (y: number) => `${y}${two(month)}${two(day)}`;
  const her = { ...ODETTE, birthFamily: `ESSAI-${letters}`, birthDate: born(year) };
  return [
    withIns(her, matricule(0, year)),
    withIns({ ...her, firstBirthGiven: 'COLETTE', birthGivens: 'COLETTE ANNE' }, matricule(1, year)),
    withIns({ ...her, birthPlace: { cog: '99117' } }, matricule(2, year)),
    withIns({ ...her, birthFamily: `FICTIF-${letters}`, birthDate: born(year + 7) }, matricule(3, year + 7)),
  ];
}

const pick = <T>(items: readonly T[], nth: number): T | undefined => items[nth % items.length];
/** What a rule refuses changes nothing. */
const orRefused = (work: Promise<unknown>) =>
  work.catch((error: unknown) => {
    if (!(error instanceof Refusal)) throw error;
  });

/** A woman, her twin, a homonym of hers born elsewhere and a stranger; and what must be true, kept beside the database. */
export class Universe {
  readonly #db: Db;
  readonly #people: PrintedPatient[];
  readonly #name: number;
  readonly #aboutWhom = new Map<string, number>();
  readonly #arrivals = new Map<string, worklist.KeptArrival>();
  readonly #decided = new Map<string, string>();
  /** Deposit → the record it is in. */
  readonly filed = new Map<string, string>();
  /** Waiting line → its deposit. */
  readonly waiting = new Map<string, string>();
  /** Record → whom it is of: whom its first document is about. */
  readonly whoIs = new Map<string, number>();
  readonly mergedInto = new Map<string, string>();

  constructor(db: Db, name: number) {
    this.#db = db;
    this.#name = name;
    this.#people = peopleOf(name);
  }

  async take(given: Step): Promise<void> {
    if (given.do === 'arrive') return this.#arrive(given);
    if (given.do === 'merge') return this.#merge(given.nth, given.into);
    if (given.do === 'split') return this.#split(pick([...this.mergedInto.keys()], given.nth));
    if (given.do === 'recall') return this.#recall(given.nth);
    if (given.do === 'withdraw-ins' || given.do === 'correct' || given.do === 'doubt') return this.#change(given.do, given.nth);
    const waitingId = pick([...(given.do === 'decide' ? this.waiting : this.#decided).keys()], given.nth);
    if (waitingId) return given.do === 'decide' ? this.#decide(waitingId, given.refuse) : this.#undo(waitingId);
  }

  /** All merges taken back: each record is itself again, with what is at home in it. */
  async splitAll(): Promise<void> {
    for (const patientId of this.mergedInto.keys()) await this.#split(patientId);
    for (const patientId of this.whoIs.keys())
      assert.deepEqual((await personOf(this.#db, patientId)).homes, [patientId], 'a split restores');
  }

  /** Whether each document is in one record of its own person, or waits. */
  checkDocuments(): void {
    const waiting = new Set(this.waiting.values());
    for (const [depositId, home] of this.filed) {
      assert.equal(this.whoIs.get(home), this.#aboutWhom.get(depositId), 'a document never is in the record of someone else');
      assert.ok(!waiting.has(depositId), 'a document that waits is in no record');
    }
  }

  readonly #after: worklist.AfterDecision = {
    arrivalOf: async (_, depositId) => this.#arrivals.get(depositId)!,
    resume: async (_, depositId, patientId) => this.#file(depositId, patientId),
    refuse: async () => {},
    withdraw: async (_, depositId, patientId) => {
      assert.equal(this.filed.get(depositId), patientId);
      this.filed.delete(depositId);
    },
  };

  #file(depositId: string, patientId: string): void {
    assert.ok(!this.filed.has(depositId), 'a document is filed once');
    if (!this.whoIs.has(patientId)) this.whoIs.set(patientId, this.#aboutWhom.get(depositId)!);
    this.filed.set(depositId, patientId);
  }
  #isLive = (patientId: string) => !this.mergedInto.has(patientId);
  #liveOf = (person: number) => [...this.whoIs].filter(([id, about]) => about === person && this.#isLive(id)).map(([id]) => id);
  #transaction = <T>(work: (tx: Sql) => Promise<T>): Promise<T> => this.#db.transaction(work);

  #print({ person, lab, how, other }: Extract<Step, { do: 'arrive' }>): PrintedPatient {
    const patient = this.#people[person]!;
    const ipp = { root: `1.2.3.${lab}`, extension: `IPP-${this.#name}-${person}` };
    if (how === 'no-ins') return { ...patient, ids: [ipp] };
    const [day, rest] = [patient.birthDate!.slice(-2), patient.birthDate!.slice(0, -2)];
    if (how === 'slip') return { ...patient, ids: [ipp], birthDate: `${rest}${String(Number(day) + 1).padStart(2, '0')}` };
    return { ...patient, ids: [...this.#people[how === 'other-ins' ? other : person]!.ids, ipp] };
  }

  async #arrive(given: Extract<Step, { do: 'arrive' }>): Promise<void> {
    const depositId = uuidv7();
    const patient = this.#print(given);
    const sender = { finess: LABS[given.lab]!, name: 'LABO TEST' };
    const arrival = { depositId, sender, patient, receivedAt: now };
    this.#aboutWhom.set(depositId, given.person);
    this.#arrivals.set(depositId, arrival);
    const found = await identify(this.#db, { senderFiness: sender.finess, patient, mode: 'demo', now });
    const settled = found.kind === 'create' ? await this.#transaction((tx) => createFromArrival(tx, found)) : found;
    if (settled.kind === 'one') return this.#file(depositId, settled.patientId);
    const { waitingId } = await this.#transaction((tx) => worklist.keepWaiting(tx, { ...arrival, doubt: settled }));
    this.waiting.set(waitingId, depositId);
  }

  #settle(waitingId: string): void {
    this.#decided.set(waitingId, this.waiting.get(waitingId)!);
    this.waiting.delete(waitingId);
  }

  /** A person who knows the truth: links to the record of that person, makes one when there is none, or refuses. */
  async #decide(waitingId: string, refuse: boolean): Promise<void> {
    const request = { ...by, waitingId, reason: 'papers seen', mode: 'demo' as const };
    if (refuse) {
      await this.#transaction((tx) => worklist.refuseWaiting(tx, request, this.#after));
      return this.#settle(waitingId);
    }
    const patientId = this.#liveOf(this.#aboutWhom.get(this.waiting.get(waitingId)!)!)[0];
    await orRefused(
      this.#transaction<unknown>((tx) =>
        patientId ? worklist.linkWaiting(tx, { ...request, patientId }, this.#after) : worklist.createFromWaiting(tx, request, this.#after),
      ).then(() => this.#settle(waitingId)),
    );
    await this.#refile(await waitingAlike(this.#db, waitingId), 'papers seen');
  }

  async #refile(waitingIds: readonly string[], reason: string): Promise<void> {
    for (const waitingId of waitingIds) {
      const request = { ...by, waitingId, reason, mode: 'demo' as const };
      if (await this.#transaction((tx) => worklist.refileWaiting(tx, request, this.#after))) this.#settle(waitingId);
    }
  }

  async #undo(waitingId: string): Promise<void> {
    const withdrawn: string[] = [];
    const after: worklist.AfterDecision = {
      ...this.#after,
      withdraw: async (tx, depositId, patientId) => {
        withdrawn.push(depositId);
        await this.#after.withdraw(tx, depositId, patientId);
      },
    };
    await this.#transaction((tx) => worklist.undoDecision(tx, { ...by, waitingId, reason: 'a mistake', mode: 'demo' }, after));
    for (const [id, depositId] of this.#decided) {
      if (id !== waitingId && !withdrawn.includes(depositId)) continue;
      this.waiting.set(id, depositId);
      this.#decided.delete(id);
    }
  }

  async #merge(nth: number, into: number): Promise<void> {
    const patientId = pick([...this.whoIs.keys()].filter(this.#isLive), nth);
    const target = patientId && pick(this.#liveOf(this.whoIs.get(patientId)!), into);
    if (!patientId || !target || target === patientId) return;
    await this.#transaction((tx) => mergePatients(tx, { ...by, patientId, into: target, reason: 'one person' }));
    this.mergedInto.set(patientId, target);
    await this.#checkPerson(patientId, target);
  }

  async #split(patientId: string | undefined): Promise<void> {
    if (!patientId) return;
    const survivor = this.#survivorOf(this.mergedInto.get(patientId)!);
    await this.#transaction((tx) => splitPatient(tx, { ...by, patientId, reason: 'a mistake' }));
    this.mergedInto.delete(patientId);
    await this.#checkPerson(patientId, patientId);
    await this.#checkPerson(survivor, survivor);
  }

  #survivorOf(patientId: string): string {
    const into = this.mergedInto.get(patientId);
    return into === undefined ? patientId : this.#survivorOf(into);
  }

  /** A record is read with exactly the homes of those merged into it. */
  async #checkPerson(patientId: string, survivor: string): Promise<void> {
    const read = await personOf(this.#db, patientId);
    const homes = [...this.whoIs.keys()].filter((home) => this.#survivorOf(home) === survivor);
    assert.deepEqual({ ...read, homes: read.homes.toSorted() }, { patientId: survivor, homes: homes.toSorted() });
  }

  /** A person sees that a document is not in its place, rightly or not: it waits again. */
  async #recall(nth: number): Promise<void> {
    const depositId = pick([...this.filed.keys()], nth);
    if (!depositId) return;
    const patientId = this.filed.get(depositId)!;
    await this.#transaction((tx) => worklist.recallDeposit(tx, { ...by, depositId, patientId, reason: 'a doubt' }, this.#after));
    const [row] = await this.#db.query<{ id: string }>(
      'test-waiting-of',
      'select waiting_id as id from identity.waiting where deposit_id = $1',
      [depositId],
    );
    this.#decided.delete(row!.id);
    this.waiting.set(row!.id, depositId);
  }

  /** A person changes what is known of a record: the true traits, the INS away, a doubt or none. Then what rules can file is filed. */
  async #change(what: 'withdraw-ins' | 'correct' | 'doubt', nth: number): Promise<void> {
    const patientId = pick([...this.whoIs.keys()].filter(this.#isLive), nth);
    const before = patientId && (await patientById(this.#db, patientId));
    if (!before) return;
    const request = { ...by, patientId, reason: 'looked into' };
    const person = this.#people[this.whoIs.get(patientId)!]!;
    await orRefused(
      this.#transaction((tx) => {
        if (what === 'withdraw-ins') return withdrawIns(tx, request);
        if (what === 'correct') return correctTraits(tx, { ...request, traits: traitsOf(person) as Traits });
        return setDoubt(tx, { ...request, doubt: 'DOUT', isOn: !before.attributes.includes('DOUT') });
      }),
    );
    if (before.ins) await this.#refile(await waitingUnderIns(this.#db, before.ins), 'looked into');
  }
}
