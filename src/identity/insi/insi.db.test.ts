import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { PrintedPatient } from '#formats';
import { type Sql, uuidv7 } from '#kernel';
import { testDatabase } from '../../../test/support/database.ts';
import { checkDocument, correctTraits } from '../change.ts';
import type { Traits } from '../contract.ts';
import { createFromArrival, identify } from '../identify.ts';
import { matricule, ODETTE, withIns, withoutIns } from '../people.fixture.ts';
import { patientById } from '../store.ts';
import { eventsOf } from '../store-events.ts';
import { traitsOf } from '../traits.ts';
import { createFromWaiting, keepWaiting, listWaiting } from '../worklist.ts';
import { insiClient } from './client.ts';
import { type InsiDouble, startInsiDouble } from './double.ts';
import type { NationalIdentity } from './messages.ts';
import { askNext, startInsi, waitBefore } from './worker.ts';

const database = testDatabase();
const OID = ODETTE.ids[0]!.root;
const LAB = { finess: '990000001', name: 'LABO TEST' };
const start = new Date('2026-11-22T09:00:00Z');
const ins = (first13: string) => ({ oid: OID, value: matricule(first13) });
const national = (patient: PrintedPatient, first13: string, former: string[] = []): NationalIdentity => ({
  ins: ins(first13),
  former: former.map(ins),
  traits: traitsOf(patient) as Traits,
});

/** The national register of the tests: Odette; Lucie and her homonym born in the same town; Rose, whose matricule was replaced. */
const lucie = { ...ODETTE, birthFamily: 'ÉPREUVE', birthGivens: 'LUCIE', firstBirthGiven: 'LUCIE' };
const rose = { ...ODETTE, birthFamily: "L'ESSAI", birthGivens: 'ROSE', firstBirthGiven: 'ROSE' };
const REGISTER: readonly NationalIdentity[] = [
  national(ODETTE, '2550699042042'),
  national(lucie, '2550699042061'),
  national(lucie, '2550699042062'),
  national(rose, '2550699042072', ['2550699042071']),
];

let double: InsiDouble;
const software = { idam: 'ESSAI-00', name: 'Cigogne', version: '0.1.0' };
const filed: string[] = [];
const never = (): never => {
  throw new Error('not to be called');
};
const after = { resume: async (_: Sql, depositId: string) => void filed.push(depositId) };
const deps = () => ({
  db: database.db,
  insi: insiClient({ url: double.url, software }),
  mode: 'demo' as const,
  after,
  onError: never,
});
beforeAll(async () => {
  double = await startInsiDouble((birthDate) => REGISTER.filter(({ traits }) => traits.birthDate === birthDate));
});
afterAll(() => double.stop());
beforeEach(async () => {
  double.isDown = false;
  filed.length = 0;
  await database.db.script(
    'delete from identity.waiting; delete from identity.source_identity; delete from identity.ins; delete from identity.patient; delete from identity.insi_request',
  );
});

const inTransaction = <T>(work: (tx: Sql) => Promise<T>) => database.db.transaction(work);
const find = (patient: PrintedPatient) => identify(database.db, { senderFiness: LAB.finess, patient, mode: 'demo', now: start });
async function arrives(patient: PrintedPatient): Promise<string> {
  const found = await find(patient);
  const settled = found.kind === 'create' ? await inTransaction((tx) => createFromArrival(tx, found)) : found;
  if (settled.kind !== 'one') throw new Error(`waits: ${settled.reason}`);
  return settled.patientId;
}
async function waits(patient: PrintedPatient): Promise<string> {
  const found = await find(patient);
  if (found.kind !== 'wait') throw new Error('should wait');
  const depositId = uuidv7();
  await inTransaction((tx) => keepWaiting(tx, { depositId, sender: LAB, patient, receivedAt: start, doubt: found }));
  return depositId;
}
const after_ = (milliseconds: number) => new Date(start.getTime() + milliseconds);
const ask = (at = start) => askNext(deps(), at);
const by = { who: { id: 'staff:1', name: 'Sonia DEMO' }, reason: 'papers seen', now: start };
const latest = async (patientId: string) => (await eventsOf(database.db, [patientId]))[0]!;

describe('a record made of an INS that a sender printed', () => {
  test('is retrieved, received from that sender, until the national service confirms it; papers seen, it is then qualified', async () => {
    const patientId = await arrives({ ...ODETTE, birthGivens: 'ODETTE MARIE' });
    expect(await patientById(database.db, patientId)).toMatchObject({ status: 'retrieved' });
    await inTransaction((tx) => checkDocument(tx, { ...by, patientId, document: 'CN' }));
    expect(await patientById(database.db, patientId)).toMatchObject({ status: 'validated' });
    expect(await ask()).toBe(true);
    expect(await patientById(database.db, patientId)).toMatchObject({
      status: 'qualified',
      traits: { birthGivens: 'ODETTE MARIE LOUISE' },
    });
    expect(await latest(patientId)).toMatchObject({ kind: 'insi-confirmed', who: 'system:insi' });
    expect(await ask()).toBe(false);
  });

  test('loses an INS that is not theirs, which is free again for its owner: the true reports that waited are filed', async () => {
    const stranger = { ...withIns(lucie, '2550699042042'), birthFamily: 'INCONNUE-TEST' };
    const wrong = await arrives(stranger);
    const depositId = await waits(ODETTE);
    await ask();
    const record = await patientById(database.db, wrong);
    expect(record).toMatchObject({ status: 'provisional' });
    expect(record?.ins).toBeUndefined();
    expect(await latest(wrong)).toMatchObject({ kind: 'insi-refuted', before: { ins: ins('2550699042042') } });
    expect(filed).toEqual([depositId]);
    const owner = await arrives(ODETTE);
    expect(owner).not.toBe(wrong);
    expect(await find(stranger)).toMatchObject({ kind: 'wait' });
  });

  test('with the INS of another person of the register loses it too', async () => {
    const patientId = await arrives(withIns(rose, '2550699042099'));
    await ask();
    expect(await latest(patientId)).toMatchObject({ kind: 'insi-refuted' });
  });

  test.each([
    ['two people have these traits', withIns(lucie, '2550699042061'), 'insi:several'],
    ['the matricule has been replaced since', withIns(rose, '2550699042071'), 'insi:replaced'],
  ])('keeps its INS, for a person to look, when %s', async (_, patient, reason) => {
    const patientId = await arrives(patient);
    await ask();
    expect(await latest(patientId)).toMatchObject({ kind: 'insi-unknown', reason });
    expect(await patientById(database.db, patientId)).toMatchObject({ status: 'retrieved', ins: { oid: OID } });
  });
});

describe('a record without INS', () => {
  async function provisional(patient: PrintedPatient): Promise<string> {
    await waits(withoutIns(patient, `IPP-${uuidv7()}`));
    const { waiting } = await listWaiting(database.db, 'demo');
    const request = { ...by, waitingId: waiting[0]!.waitingId, mode: 'demo' as const };
    return (await inTransaction((tx) => createFromWaiting(tx, request, { ...after, refuse: never, withdraw: never, arrivalOf: never })))
      .patientId;
  }
  test('is given the one that the service knows for its traits', async () => {
    const patientId = await provisional(ODETTE);
    await ask();
    expect(await patientById(database.db, patientId)).toMatchObject({ status: 'retrieved', ins: ins('2550699042042') });
    expect(await arrives(ODETTE)).toBe(patientId);
  });
  test('is not given one that another record has: one person twice, for the identity cell', async () => {
    const first = await arrives({ ...ODETTE, birthFamily: 'ESSAI MARCHAND' });
    await ask();
    await database.db.script(`update identity.patient set birth_cog = '99117'`);
    const second = await provisional(ODETTE);
    await ask();
    expect(await latest(second)).toMatchObject({ kind: 'insi-unknown', reason: 'insi:duplicate' });
    expect((await patientById(database.db, first))?.ins).toEqual(ins('2550699042042'));
  });
  test('nobody knows stays provisional', async () => {
    const patientId = await provisional({ ...ODETTE, birthFamily: 'PERSONNE-TEST' });
    await ask();
    expect(await latest(patientId)).toMatchObject({ kind: 'insi-unknown', reason: 'insi:none' });
    expect(await patientById(database.db, patientId)).toMatchObject({ status: 'provisional' });
  });
});

describe('when the service is down', () => {
  test('the question waits in the database, asked again later and later, and is answered in the end', async () => {
    const patientId = await arrives(ODETTE);
    double.isDown = true;
    const before = double.asked;
    expect(await ask()).toBe(true);
    expect(await ask()).toBe(false);
    expect(await ask(after_(waitBefore(1)))).toBe(true);
    expect(await ask(after_(waitBefore(1) + waitBefore(2) - 1))).toBe(false);
    expect(double.asked - before).toBe(2);
    double.isDown = false;
    expect(await ask(after_(waitBefore(1) + waitBefore(2)))).toBe(true);
    expect(await latest(patientId)).toMatchObject({ kind: 'insi-confirmed' });
  });
  test('the wait doubles, and is an hour at most', () => {
    expect([1, 2, 3, 4].map(waitBefore)).toEqual([5_000, 10_000, 20_000, 40_000]);
    expect(waitBefore(50)).toBe(3_600_000);
  });
  test('an answer about what has been corrected meanwhile is thrown away, and the correction is asked about', async () => {
    const wrong = { ...ODETTE, birthFamily: 'FAUTE-TEST' };
    const patientId = await arrives(wrong);
    const slow = insiClient({ url: double.url, software });
    const insi = {
      ...slow,
      async searchByTraits(traits: Traits) {
        const answer = await slow.searchByTraits(traits);
        await inTransaction((tx) => correctTraits(tx, { ...by, now: after_(1), patientId, traits: traitsOf(ODETTE) as Traits }));
        return answer;
      },
    };
    await askNext({ ...deps(), insi }, start);
    expect(await latest(patientId)).toMatchObject({ kind: 'traits-corrected' });
    await ask(after_(1));
    expect(await latest(patientId)).toMatchObject({ kind: 'insi-confirmed' });
  });
  test('the worker asks by itself, until it is stopped', async () => {
    const patientId = await arrives(ODETTE);
    await database.db.script("update identity.insi_request set next_at = now() - interval '1 minute'");
    const stop = startInsi(deps());
    await expect.poll(async () => (await latest(patientId)).kind, { timeout: 25_000 }).toBe('insi-confirmed');
    await stop();
  });
});

describe('the national service', () => {
  test('finds the bearer of a card by the matricule of the insured, the birth date and the rank', async () => {
    const insi = insiClient({ url: double.url, software });
    const bearer = { insuredNumber: '2550699042042', birthDate: '1955-06-14', birthRank: 1 };
    expect(await insi.searchByCard(bearer)).toMatchObject({ found: 'one', identity: { ins: ins('2550699042042') } });
    expect(await insi.searchByCard({ ...bearer, birthRank: 2 })).toEqual({ found: 'none' });
  });
  test('is asked about the whole list when the first given name finds nobody', async () => {
    const insi = insiClient({ url: double.url, software });
    const traits = { ...(traitsOf(ODETTE) as Traits), firstBirthGiven: 'MARIE' };
    expect(await insi.searchByTraits(traits)).toMatchObject({ found: 'one' });
  });
  test('that answers something else has not answered', async () => {
    const insi = insiClient({ url: double.url.replace(/insi$/, ''), software });
    await expect(insi.searchByTraits({ ...(traitsOf(ODETTE) as Traits), birthDate: '' })).rejects.toThrow('INSi answered 500');
  });
});
