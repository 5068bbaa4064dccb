import { beforeEach, describe, expect, test } from 'vitest';
import type { PrintedPatient } from '#formats';
import { type Sql, uuidv7 } from '#kernel';
import { testDatabase } from '../../test/support/database.ts';
import type { WaitReason } from './contract.ts';
import { createFromArrival, identify } from './identify.ts';
import { mergePatients, splitPatient } from './merge.ts';
import { ODETTE, withIns, withoutIns } from './people.fixture.ts';
import { patientById, patientsByMatricule } from './store.ts';
import { personOf, survivorsOf } from './store-merges.ts';
import { waitingAlike } from './store-worklist.ts';
import * as worklist from './worklist.ts';

const LAB = { finess: '990000001', name: 'LABO TEST' };
const now = new Date('2026-11-22T09:00:00Z');
const who = { id: 'staff:1', name: 'Sonia DEMO' };
const database = testDatabase();

/** What the flows did, in order. */
let done: string[] = [];
beforeEach(async () => {
  done = [];
  await database.db.script(
    `delete from identity.waiting; delete from identity.source_identity; delete from identity.ins; delete from identity.patient`,
  );
});
const after: worklist.AfterDecision = {
  arrivalOf: () => Promise.reject(new Error('nothing is recalled here')),
  resume: async (_, depositId, patientId) => void done.push(`resume ${depositId} ${patientId}`),
  refuse: async (_, depositId) => void done.push(`refuse ${depositId}`),
  withdraw: async (_, depositId, patientId) => void done.push(`withdraw ${depositId} ${patientId}`),
};

const inTransaction = <T>(work: (tx: Sql) => Promise<T>) => database.db.transaction(work);
const list = async () => (await worklist.listWaiting(database.db, 'demo')).waiting;

async function keep(patient: PrintedPatient, reason: WaitReason = 'no-ins'): Promise<{ waitingId: string; depositId: string }> {
  const depositId = uuidv7();
  const { waitingId } = await inTransaction((tx) =>
    worklist.keepWaiting(tx, { depositId, sender: LAB, patient, receivedAt: now, doubt: { reason } }),
  );
  return { waitingId, depositId };
}
const decision = (waitingId: string) => ({ waitingId, who, reason: 'seen on paper', mode: 'demo' as const, now });

async function record(patient: PrintedPatient): Promise<string> {
  const found = await identify(database.db, { senderFiness: LAB.finess, patient, mode: 'demo', now });
  const made = found.kind === 'create' ? await inTransaction((tx) => createFromArrival(tx, found)) : found;
  if (made.kind !== 'one') throw new Error(`expected a record, got ${made.reason}`);
  return made.patientId;
}
const history = () =>
  database.db.query<{ action: string; who: string; reason: string }>(
    '',
    'select action, who, reason from identity.decision order by decision_id',
  );

describe('the worklist of the identity cell', () => {
  test('shows who was printed, by whom, why it waits and who it could be, and no address, phone nor clinical value', async () => {
    const patientId = await record(ODETTE);
    const printed = {
      ...withoutIns(ODETTE, 'IPP-1'),
      birthFamily: 'ESSAI-MARCHANT',
      telecoms: [{ value: 'tel:0102030405' }],
      addresses: [{ city: 'SECRET' }],
    };
    const { depositId } = await keep(printed);
    const [waiting] = await list();
    expect(waiting).toMatchObject({
      depositId,
      sender: LAB,
      reason: 'no-ins',
      printed: { birthFamily: 'ESSAI-MARCHANT', birthDate: '1955-06-14', localId: 'IPP-1' },
      candidates: [{ patientId, comparison: { birthFamily: 'close', birthDate: 'same' } }],
    });
    expect(waiting!.candidates[0]!.score).toBeGreaterThan(75);
    expect(waiting!.candidates[0]!.score).toBeLessThan(100);
    expect(JSON.stringify(waiting)).not.toMatch(/0102030405|SECRET/);
  });
  test('keeps a deposit once', async () => {
    const arrival = {
      depositId: uuidv7(),
      sender: LAB,
      patient: withoutIns(ODETTE, 'IPP-1'),
      receivedAt: now,
      doubt: { reason: 'no-ins' },
    } as const;
    const first = await inTransaction((tx) => worklist.keepWaiting(tx, arrival));
    expect(await inTransaction((tx) => worklist.keepWaiting(tx, arrival))).toEqual(first);
    expect(await list()).toHaveLength(1);
  });
  test('a person links an arrival: its report is stored in that record, and it waits no more', async () => {
    const patientId = await record(ODETTE);
    const { waitingId, depositId } = await keep(withoutIns(ODETTE, 'IPP-1'));
    await inTransaction((tx) => worklist.linkWaiting(tx, { ...decision(waitingId), patientId }, after));
    expect(done).toEqual([`resume ${depositId} ${patientId}`]);
    expect(await list()).toEqual([]);
    expect(await history()).toContainEqual({ action: 'link', who: 'staff:1', reason: 'seen on paper' });
  });
  test('of two people who decide at the same time, one decides', async () => {
    const patientId = await record(ODETTE);
    const { waitingId } = await keep(withoutIns(ODETTE, 'IPP-1'));
    const link = () => inTransaction((tx) => worklist.linkWaiting(tx, { ...decision(waitingId), patientId }, after));
    const both = await Promise.allSettled([link(), link()]);
    expect(both.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected']);
    expect(done).toHaveLength(1);
  });
  test('what was not stored was not decided', async () => {
    const patientId = await record(ODETTE);
    const { waitingId } = await keep(withoutIns(ODETTE, 'IPP-1'));
    const failing = { ...after, resume: () => Promise.reject(new Error('disk full')) };
    await expect(inTransaction((tx) => worklist.linkWaiting(tx, { ...decision(waitingId), patientId }, failing))).rejects.toThrow(
      'disk full',
    );
    expect(await list()).toHaveLength(1);
  });
  test('once a sender’s number is linked, its other arrivals with the same traits are filed by the link, and leave with it', async () => {
    const patientId = await record(ODETTE);
    const first = await keep(withoutIns(ODETTE, 'IPP-1'));
    const second = await keep(withoutIns(ODETTE, 'IPP-1'));
    const other = await keep(withoutIns(ODETTE, 'IPP-2'));
    await inTransaction((tx) => worklist.linkWaiting(tx, { ...decision(first.waitingId), patientId }, after));
    const alike = await waitingAlike(database.db, first.waitingId);
    const filed = [];
    for (const id of alike) filed.push(await inTransaction((tx) => worklist.refileWaiting(tx, decision(id), after)));
    expect(done).toContain(`resume ${second.depositId} ${patientId}`);
    expect((await list()).map(({ waitingId }) => waitingId)).toEqual([other.waitingId]);
    await inTransaction((tx) => worklist.undoDecision(tx, decision(first.waitingId), after));
    expect(done).toContain(`withdraw ${second.depositId} ${patientId}`);
    expect(await list()).toHaveLength(3);
  });
  test('a person creates: provisional without INS', async () => {
    const { waitingId } = await keep(withoutIns({ ...ODETTE, birthFamily: 'NOUVELLE-TEST' }, 'IPP-3'));
    const { patientId } = await inTransaction((tx) => worklist.createFromWaiting(tx, decision(waitingId), after));
    const patient = await patientById(database.db, patientId);
    expect(patient).toMatchObject({ status: 'provisional', traits: { birthFamily: 'NOUVELLE-TEST' } });
    expect(patient).not.toHaveProperty('ins');
  });
  test('a person creates under the INS that was printed with complete traits: retrieved', async () => {
    await record(ODETTE);
    const { waitingId } = await keep(withIns(ODETTE, '2550699042888'), 'possible-duplicate');
    const { patientId } = await inTransaction((tx) => worklist.createFromWaiting(tx, decision(waitingId), after));
    expect(await patientById(database.db, patientId)).toMatchObject({ status: 'retrieved', attributes: ['HOMA'] });
  });
  test('nobody is created under an INS that someone has', async () => {
    await record(ODETTE);
    const { waitingId } = await keep({ ...ODETTE, birthFamily: 'AUTRE-TEST' }, 'traits-contradict-ins');
    await expect(inTransaction((tx) => worklist.createFromWaiting(tx, decision(waitingId), after))).rejects.toThrow(
      expect.objectContaining({ code: 'patient.ambiguous' }),
    );
    expect(done).toEqual([]);
  });
  test('nobody is created without a birth date', async () => {
    const { birthDate: _, ...undated } = withoutIns(ODETTE, 'IPP-4');
    const { waitingId } = await keep(undated);
    await expect(inTransaction((tx) => worklist.createFromWaiting(tx, decision(waitingId), after))).rejects.toThrow(
      expect.objectContaining({ code: 'report.identity-incomplete', at: 'printed.birthDate' }),
    );
  });
  test('linking a record without INS to an arrival that carries one with the same traits gives it the INS, retrieved', async () => {
    const orphan = await keep(withoutIns({ ...ODETTE, birthFamily: 'TARDIVE-TEST' }, 'IPP-5'));
    const { patientId } = await inTransaction((tx) => worklist.createFromWaiting(tx, decision(orphan.waitingId), after));
    const late = withIns({ ...ODETTE, birthFamily: 'TARDIVE-TEST' }, '2550699042555');
    const found = await identify(database.db, { senderFiness: LAB.finess, patient: late, mode: 'demo', now });
    expect(found).toMatchObject({ kind: 'wait', reason: 'possible-duplicate' });
    const { waitingId } = await keep(late, 'possible-duplicate');
    await inTransaction((tx) => worklist.linkWaiting(tx, { ...decision(waitingId), patientId }, after));
    expect(await patientById(database.db, patientId)).toMatchObject({ status: 'retrieved', ins: { value: late.ids[0]!.extension } });
    expect(await record(late)).toBe(patientId);
  });
  test('a person refuses: no record receives it', async () => {
    const { waitingId, depositId } = await keep(withoutIns(ODETTE, 'IPP-6'));
    await inTransaction((tx) => worklist.refuseWaiting(tx, decision(waitingId), after));
    expect(done).toEqual([`refuse ${depositId}`]);
    expect(await list()).toEqual([]);
  });
  test('a decision is taken back: the report leaves the record, waits again, and its link holds no more', async () => {
    const patientId = await record(ODETTE);
    const print = withoutIns(ODETTE, 'IPP-7');
    const { waitingId, depositId } = await keep(print);
    await inTransaction((tx) => worklist.linkWaiting(tx, { ...decision(waitingId), patientId }, after));
    await inTransaction((tx) => worklist.undoDecision(tx, decision(waitingId), after));
    expect(done.at(-1)).toBe(`withdraw ${depositId} ${patientId}`);
    expect(await list()).toHaveLength(1);
    const found = await identify(database.db, { senderFiness: LAB.finess, patient: print, mode: 'demo', now });
    expect(found).toMatchObject({ kind: 'wait', reason: 'link-broken' });
  });
  test('the history can only be added to', async () => {
    await expect(database.db.script('delete from identity.decision')).rejects.toThrow('only ever added');
    await expect(database.db.script("update identity.decision set reason = ''")).rejects.toThrow('only ever added');
  });
});

describe('two records of one person', () => {
  const twice = async () => {
    const first = await record(ODETTE);
    const { waitingId } = await keep(withIns(ODETTE, '2550699042888'), 'possible-duplicate');
    const { patientId: second } = await inTransaction((tx) => worklist.createFromWaiting(tx, decision(waitingId), after));
    return { first, second };
  };
  const request = (patientId: string) => ({ patientId, who, reason: 'same papers', now });
  test('are read as one once merged, found by either INS, and no more marked as homonyms', async () => {
    const { first, second } = await twice();
    expect((await patientById(database.db, first))!.attributes).toEqual(['HOMA']);
    await inTransaction((tx) => mergePatients(tx, { ...request(second), into: first }));
    expect((await personOf(database.db, first)).homes.toSorted()).toEqual([first, second].toSorted());
    expect(await survivorsOf(database.db, [first, second])).toEqual(
      new Map([
        [first, first],
        [second, first],
      ]),
    );
    const [found] = await patientsByMatricule(database.db, [ODETTE.ids[0]!.root], withIns(ODETTE, '2550699042888').ids[0]!.extension!);
    expect(found).toMatchObject({ patientId: first, attributes: [] });
  });
  test('a report under the second INS still goes home to the second, so that a split finds it there', async () => {
    const { first, second } = await twice();
    await inTransaction((tx) => mergePatients(tx, { ...request(second), into: first }));
    expect(await record(withIns(ODETTE, '2550699042888'))).toBe(second);
    await inTransaction((tx) => splitPatient(tx, request(second)));
    expect((await personOf(database.db, first)).homes).toEqual([first]);
    expect((await personOf(database.db, second)).homes).toEqual([second]);
    expect((await patientById(database.db, second))!.attributes).toEqual(['HOMA']);
  });
  test('a record is merged once, and never into itself or into a merged one', async () => {
    const { first, second } = await twice();
    const refused = expect.objectContaining({ code: 'request.invalid' });
    await expect(inTransaction((tx) => mergePatients(tx, { ...request(first), into: first }))).rejects.toThrow(refused);
    await inTransaction((tx) => mergePatients(tx, { ...request(second), into: first }));
    await expect(inTransaction((tx) => mergePatients(tx, { ...request(second), into: first }))).rejects.toThrow(refused);
    await expect(inTransaction((tx) => mergePatients(tx, { ...request(first), into: second }))).rejects.toThrow(refused);
    await expect(inTransaction((tx) => splitPatient(tx, request(first)))).rejects.toThrow(refused);
  });
});
