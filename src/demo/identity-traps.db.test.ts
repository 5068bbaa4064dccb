import { beforeAll, describe, expect, test } from 'vitest';
import { identify, type Identification, patientsByIds } from '#identity';
import { testDatabase } from '../../test/support/database.ts';
import { keepWaiting, linkWaiting } from '../identity/worklist.ts';
import type { DemoDocument } from './arrivals.ts';
import { dayOf } from './clock.ts';
import { type PersonTrap, trapOf } from './people.ts';
import { makePopulation, patientIdOf } from './population.ts';
import { registerPeople } from './register.ts';

/** What the demo region does on purpose to confuse people with one another, and what the rules of identity make of it. */
const database = testDatabase();
const SEED = 1;
const population = makePopulation({ seed: SEED, patients: 200, reports: 3_000, today: dayOf('2026-11-18') });
const now = new Date('2026-11-18T12:00:00Z');
const judge = ({ report, finess }: DemoDocument): Promise<Identification> =>
  identify(database.db, { senderFiness: finess, patient: report.patient, mode: 'demo', now });
const recordOf = (k: number) => patientIdOf(SEED, k);

interface Judged {
  document: DemoDocument;
  found: Identification;
}
const judged: Judged[] = [];
beforeAll(async () => {
  await registerPeople(database.db, population, now);
  for (const document of population.documents()) judged.push({ document, found: await judge(document) });
});

const trappedPerson = (trap: PersonTrap) => Array.from({ length: 200 }, (_, n) => n + 1).find((k) => trapOf(k) === trap)!;
/** Arrivals of the person who bears a trap, where the trap shows. */
const arrivals = (trap: PersonTrap, shows: (document: DemoDocument) => boolean = ({ needsPerson }) => needsPerson) =>
  judged.filter(({ document }) => document.k === trappedPerson(trap) && shows(document));
/** Why each waits, and whether its true owner is the first who is proposed. */
const waits = (all: readonly Judged[]) =>
  all.map(({ document, found }) =>
    found.kind === 'wait' ? [found.reason, found.candidates[0]?.patientId === recordOf(document.k)] : found,
  );
const marksOf = async (k: number) => (await patientsByIds(database.db, [recordOf(k)]))[0]!.attributes;

test('no arrival of the whole region joins the record of another, and no record is made of one', () => {
  const wrong = judged.filter(
    ({ document, found }) => found.kind === 'create' || (found.kind === 'one' && found.patientId !== recordOf(document.k)),
  );
  expect(wrong).toEqual([]);
});

test('what the region says needs a person waits for one, all else is filed by its INS: fewer than three in a hundred wait', () => {
  const waiting = judged.filter(({ found }) => found.kind === 'wait');
  expect(waiting.map(({ document }) => document)).toEqual(judged.map(({ document }) => document).filter(({ needsPerson }) => needsPerson));
  expect(waiting.length).toBeGreaterThan(5);
  expect(waiting.length / judged.length).toBeLessThan(0.03);
});

describe('somebody else’s INS', () => {
  test('waits, whoever’s it is: the traits contradict it; both the person printed and the owner of the INS are proposed', () => {
    const wrong = arrivals('wrong-ins');
    expect(waits(wrong)).toEqual([['traits-contradict-ins', true]]);
    const [{ found }] = wrong as [Judged];
    const proposed = found.kind === 'wait' ? found.candidates.map(({ patientId }) => patientId) : [];
    expect(proposed).toContain(recordOf(trappedPerson('wrong-ins') + 1));
  });
});

describe('no INS', () => {
  test('under a number never seen, waits with the true person proposed first', () => {
    expect(waits(arrivals('unknown-person'))).toEqual([['no-ins', true]]);
  });
  test('nor birthplace, or a birth date without its day, waits too: nothing is guessed', () => {
    expect(waits(arrivals('incomplete-traits'))).toEqual([['no-ins', true]]);
    expect(waits(arrivals('unknown-birth-day'))).toEqual([['no-ins', true]]);
  });
  test('under a number of the laboratory’s own waits until a person links it once; the next ones are then filed by the link', async () => {
    const own = arrivals('local-identifier-only');
    expect(own.length).toBeGreaterThan(1);
    expect(waits(own)).toEqual(own.map(() => ['no-ins', true]));
    const [first, ...next] = own.map(({ document }) => document) as [DemoDocument, ...DemoDocument[]];
    const { db } = database;
    const none = async () => {};
    const arrival = {
      depositId: '0190c000-0000-7000-8000-0000000000d1',
      sender: { finess: first.finess, name: 'LABO' },
      patient: first.report.patient,
      receivedAt: now,
    };
    await db.transaction(async (tx) => {
      const { waitingId } = await keepWaiting(tx, { ...arrival, doubt: { reason: 'no-ins' } });
      const who = { id: 'staff:1', name: 'Sonia DEMO' };
      const request = { waitingId, patientId: recordOf(first.k), who, reason: 'vu avec le laboratoire', mode: 'demo' as const, now };
      await linkWaiting(tx, request, { resume: none, refuse: none, withdraw: none, arrivalOf: async () => arrival });
    });
    const same = next.filter(
      ({ finess, report }) => finess === first.finess && report.patient.ids[0]!.extension === first.report.patient.ids[0]!.extension,
    );
    for (const document of same) expect(await judge(document)).toEqual({ kind: 'one', patientId: recordOf(first.k), joinedBy: 'link' });
    const renamed = { ...first, report: { ...first.report, patient: { ...first.report.patient, birthFamily: 'AUTRE-DEMO' } } };
    expect(await judge(renamed), 'another name under that number breaks the link').toMatchObject({ kind: 'wait', reason: 'link-broken' });
  });
});

describe('people who are easily taken for one another', () => {
  const filed = (trap: PersonTrap) => arrivals(trap, () => true);
  const withoutIns = ({ document }: Judged): DemoDocument => {
    const { report } = document;
    return { ...document, report: { ...report, patient: { ...report.patient, ids: report.patient.ids.slice(1) } } };
  };
  test('a twin is filed in their own record by their own INS; both twins are marked, and without INS nothing is filed', async () => {
    const twin = trappedPerson('twin');
    expect(filed('twin').every(({ found }) => found.kind === 'one' && found.patientId === recordOf(twin))).toBe(true);
    expect([await marksOf(twin), await marksOf(twin - 1)]).toEqual([['TWIN'], ['TWIN']]);
    expect(await judge(withoutIns(filed('twin')[0]!))).toMatchObject({ kind: 'wait', reason: 'no-ins' });
  });
  test('a twin printed under the INS of the other waits', async () => {
    const [{ document }] = filed('twin') as [Judged];
    const other = population.person(document.k - 1).ins;
    const patient = { ...document.report.patient, ids: [{ root: other.oid, extension: other.value }] };
    expect(await judge({ ...document, report: { ...document.report, patient } })).toMatchObject({
      kind: 'wait',
      reason: 'traits-contradict-ins',
    });
  });
  test('a homonym is filed in their own record by INS and birthplace; both are marked, and without INS nothing is filed', async () => {
    const homonym = trappedPerson('homonym');
    expect(filed('homonym').every(({ found }) => found.kind === 'one' && found.patientId === recordOf(homonym))).toBe(true);
    expect([await marksOf(homonym), await marksOf(homonym - 1)]).toEqual([['HOMA'], ['HOMA']]);
    expect(await judge(withoutIns(filed('homonym')[0]!))).toMatchObject({ kind: 'wait' });
  });
  test('a name of marriage changes nothing: it is no strict trait', () => {
    const before = arrivals('changed-name', ({ report }) => report.patient.usedFamily === undefined);
    const after = arrivals('changed-name', ({ report }) => report.patient.usedFamily !== undefined);
    expect([before.length > 0, after.length > 0]).toEqual([true, true]);
    const own = recordOf(trappedPerson('changed-name'));
    expect([...before, ...after].every(({ found }) => found.kind === 'one' && found.patientId === own)).toBe(true);
  });
});
