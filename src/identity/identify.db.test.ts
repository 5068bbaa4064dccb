import { describe, expect, test } from 'vitest';
import type { PrintedPatient } from '#formats';
import type { Db } from '#kernel';
import { testDatabase } from '../../test/support/database.ts';
import { createFromArrival, identify, type Identification } from './identify.ts';
import { matricule, ODETTE, withIns, withoutIns } from './people.fixture.ts';
import { makePatients } from './make-patients.ts';
import { patientById } from './store.ts';
import { type AfterDecision, keepWaiting, linkWaiting } from './worklist.ts';
import { traitsOf } from './traits.ts';
import type { Traits } from './contract.ts';
import { uuidv7 } from '#kernel';

const LAB = '990000001';
const OTHER_LAB = '990000002';
const now = new Date('2026-11-22T09:00:00Z');
const database = testDatabase();

const find = (patient: PrintedPatient, senderFiness = LAB) => identify(database.db, { senderFiness, patient, mode: 'demo', now });

/** What a flow does: identify, then create when told so. */
async function arrive(db: Db, patient: PrintedPatient, senderFiness = LAB): Promise<Exclude<Identification, { kind: 'create' }>> {
  const found = await identify(db, { senderFiness, patient, mode: 'demo', now });
  return found.kind === 'create' ? db.transaction((tx) => createFromArrival(tx, found)) : found;
}
async function known(patient: PrintedPatient): Promise<string> {
  const found = await arrive(database.db, patient);
  if (found.kind !== 'one') throw new Error(`expected a record, got ${found.reason}`);
  return found.patientId;
}
const best = (found: Identification) => (found.kind === 'wait' ? { reason: found.reason, best: found.candidates[0] } : found);
const nothingElse: AfterDecision = {
  arrivalOf: () => Promise.reject(new Error('nothing is recalled here')),
  resume: async () => {},
  refuse: async () => {},
  withdraw: async () => {},
};

/** A person links what this sender printed to a record. */
async function linkByPerson(patient: PrintedPatient, patientId: string): Promise<void> {
  const { db } = database;
  const depositId = uuidv7();
  const { waitingId } = await db.transaction((tx) =>
    keepWaiting(tx, { depositId, sender: { finess: LAB, name: 'LABO TEST' }, patient, doubt: { reason: 'no-ins' }, receivedAt: now }),
  );
  const request = { waitingId, patientId, who: { id: 'staff:1', name: 'Sonia DEMO' }, reason: 'seen on paper', mode: 'demo', now } as const;
  await db.transaction((tx) => linkWaiting(tx, request, nothingElse));
}

describe('a report with an INS', () => {
  test('of nobody known, with complete traits, makes a record with status retrieved, received from that sender', async () => {
    expect((await find(ODETTE)).kind).toBe('create');
    const patientId = await known(ODETTE);
    expect(await patientById(database.db, patientId)).toMatchObject({ status: 'retrieved', traits: { birthFamily: 'ESSAI-MARCHAND' } });
  });
  test('of someone known, with concordant traits, joins them', async () => {
    const patientId = await known(ODETTE);
    expect(await find({ ...ODETTE, birthFamily: 'Essai Marchand', birthGivens: 'Odette' }, OTHER_LAB)).toEqual({
      kind: 'one',
      patientId,
      joinedBy: 'ins',
    });
  });
  test.each([
    ['another birth name', { birthFamily: 'ESSAI-MARCHANT' }, 'traits-contradict-ins'],
    ['another given name (the twin)', { firstBirthGiven: 'COLETTE', birthGivens: 'COLETTE' }, 'traits-contradict-ins'],
    ['another birth date', { birthDate: '19550615' }, 'traits-contradict-ins'],
    ['another sex', { sex: 'M' }, 'traits-contradict-ins'],
    ['another birthplace', { birthPlace: { cog: '99117' } }, 'traits-contradict-ins'],
    ['no birthplace', { birthPlace: {} }, 'incomplete'],
  ])('of someone known, with %s, waits', async (_, change, reason) => {
    const patientId = await known(ODETTE);
    const found = await find({ ...ODETTE, ...change });
    expect(best(found)).toMatchObject({ reason, best: { patientId } });
  });
  test('of nobody known, with a trait missing, waits', async () => {
    const { birthPlace: _, ...incomplete } = withIns(ODETTE, '2550699042777');
    expect(await find(incomplete)).toMatchObject({ kind: 'wait', reason: 'incomplete' });
  });
  test('whose key is wrong waits, with the person as a candidate', async () => {
    const patientId = await known(ODETTE);
    const wrong = { ...ODETTE, ids: [{ root: ODETTE.ids[0]!.root, extension: '255069904204200' }] };
    expect(best(await find(wrong))).toMatchObject({ reason: 'invalid-ins', best: { patientId, score: 100 } });
  });
  test('of nobody known, but with all the traits of someone known under another INS, waits: one person twice, or a wrong INS', async () => {
    const patientId = await known(ODETTE);
    const found = await find(withIns(ODETTE, '2550699042888'));
    expect(found).toMatchObject({
      kind: 'wait',
      reason: 'possible-duplicate',
      candidates: [{ patientId, comparison: { ins: 'different' } }],
    });
  });
  test('whose sex or year is not that of the traits waits before a record is made of it', async () => {
    const stranger = { ...ODETTE, birthFamily: 'FICTIF', birthDate: '19620819' };
    expect(await find(withIns(stranger, '2550699042999'))).toMatchObject({ kind: 'wait', reason: 'ins-unlike-traits' });
  });
  test('of a production identity is refused in a demonstration', async () => {
    const real = { ...ODETTE, ids: [{ root: '1.2.250.1.213.1.4.8', extension: matricule('2550699042042') }] };
    await expect(find(real)).rejects.toThrow(expect.objectContaining({ code: 'report.identity-forbidden' }));
  });
  test('deposited twice at the same time by two laboratories makes one record', async () => {
    const both = withIns({ ...ODETTE, birthFamily: 'SIMULTANE-TEST' }, '2550699042123');
    const found = await Promise.all([LAB, OTHER_LAB, LAB, OTHER_LAB, LAB].map((sender) => arrive(database.db, both, sender)));
    expect(new Set(found.map((one) => one.kind === 'one' && one.patientId)).size).toBe(1);
    expect(found[0]!.kind).toBe('one');
  });
  test('deposited twice at the same time with contradicting traits makes one record, and the other waits', async () => {
    const first = withIns({ ...ODETTE, birthFamily: 'PREMIER-TEST' }, '2550699042234');
    const second = { ...first, birthFamily: 'SECOND-TEST' };
    const found = await Promise.all([first, second].map((patient) => arrive(database.db, patient)));
    expect(found.map(({ kind }) => kind).toSorted()).toEqual(['one', 'wait']);
  });
});

describe('a report without INS', () => {
  test('is never joined on its traits alone, even when all are the same', async () => {
    const patientId = await known(ODETTE);
    const found = await find(withoutIns(ODETTE, 'IPP-NEW'));
    expect(best(found)).toMatchObject({ reason: 'no-ins', best: { patientId, score: 100 } });
  });
  test('joins by the link that a person made for this sender’s number, as long as all strict traits are equal', async () => {
    const patientId = await known(ODETTE);
    await linkByPerson(withoutIns(ODETTE, 'IPP-7'), patientId);
    expect(await find(withoutIns(ODETTE, 'IPP-7'))).toEqual({ kind: 'one', patientId, joinedBy: 'link' });
    expect(await find(withoutIns(ODETTE, 'IPP-7'), OTHER_LAB)).toMatchObject({ kind: 'wait', reason: 'no-ins' });
  });
  test.each([
    ['the birth name', { birthFamily: 'AUTRE-TEST' }],
    ['the list of given names', { birthGivens: 'ODETTE' }],
    ['the birth date', { birthDate: '19550615' }],
    ['the sex', { sex: 'M' }],
    ['the birthplace', { birthPlace: { cog: '99117' } }],
    ['a trait that disappears', { birthPlace: {} }],
  ])('a change of %s breaks the link: it waits', async (_, change) => {
    const patientId = await known(ODETTE);
    await linkByPerson(withoutIns(ODETTE, 'IPP-8'), patientId);
    expect(await find({ ...withoutIns(ODETTE, 'IPP-8'), ...change })).toMatchObject({ kind: 'wait', reason: 'link-broken' });
  });
  test('a broken link stays broken, even when the old traits come back, until a person links again', async () => {
    const patientId = await known(ODETTE);
    const print = withoutIns(ODETTE, 'IPP-9');
    await linkByPerson(print, patientId);
    const sender = { finess: LAB, name: 'LABO TEST' };
    const changed = { depositId: uuidv7(), sender, doubt: { reason: 'link-broken' }, receivedAt: now } as const;
    await database.db.transaction((tx) => keepWaiting(tx, { ...changed, patient: { ...print, birthDate: '19550615' } }));
    expect(await find(print)).toMatchObject({ kind: 'wait', reason: 'link-broken' });
    await linkByPerson(print, patientId);
    expect(await find(print)).toMatchObject({ kind: 'one', patientId });
  });
  test('is not joined by itself to a homonym', async () => {
    const lucie = withIns({ ...ODETTE, birthFamily: 'HOMONYME-TEST', firstBirthGiven: 'LUCIE', birthGivens: 'LUCIE' }, '2550699042301');
    const patientId = await known(lucie);
    await linkByPerson(withoutIns(lucie, 'IPP-10'), patientId);
    expect((await find(withoutIns(lucie, 'IPP-10'))).kind).toBe('one');
    await known({ ...withIns(lucie, '2550699117302'), birthPlace: { cog: '99117' } });
    expect(await find(withoutIns(lucie, 'IPP-10'))).toMatchObject({ kind: 'wait', reason: 'doubtful-record' });
  });
});

describe('records that could be taken for one another', () => {
  const by = { who: { id: 'staff:1', name: 'Sonia DEMO' }, reason: 'papers seen', now };
  const make = async (traits: Partial<Traits>, id = uuidv7()) => {
    const full = { ...(traitsOf(ODETTE) as Traits), birthFamily: 'MARQUE-TEST', ...traits };
    await database.db.transaction((tx) => makePatients(tx, [{ patientId: id, facts: { traits: full, document: 'CN', doubts: [] } }], by));
    return id;
  };
  const marksOf = async (id: string) => (await patientById(database.db, id))?.attributes;
  test('are marked on both sides: twins of another given name, homonyms of the same', async () => {
    const anne = await make({ firstBirthGiven: 'ANNE', birthGivens: 'ANNE' });
    expect(await marksOf(anne)).toEqual([]);
    const claire = await make({ firstBirthGiven: 'CLAIRE', birthGivens: 'CLAIRE' });
    expect([await marksOf(anne), await marksOf(claire)]).toEqual([['TWIN'], ['TWIN']]);
    const other = await make({ firstBirthGiven: 'ANNE', birthGivens: 'ANNE ROSE', birthPlace: { cog: '99117' } });
    expect(await marksOf(anne)).toEqual(['HOMA', 'TWIN']);
    expect(await marksOf(other)).toEqual(['HOMA', 'TWIN']);
    expect(await marksOf(claire)).toEqual(['TWIN']);
  });
});
