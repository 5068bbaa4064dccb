import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { PrintedPatient } from '#formats';
import { type Sql, uuidv7 } from '#kernel';
import { testDatabase } from '../../test/support/database.ts';
import { attachIns, type ChangeRequest, checkDocument, correctTraits, setDoubt, undoChange, withdrawIns } from './change.ts';
import { noteDeath } from './death.ts';
import type { IdentityFacts, Traits } from './contract.ts';
import { createFromArrival, identify } from './identify.ts';
import { matricule, ODETTE, withIns } from './people.fixture.ts';
import { registerPatients } from './register-patients.ts';
import { statusOf } from './status.ts';
import { patientById } from './store.ts';
import { eventsOf } from './store-events.ts';
import { factsOf } from './store-facts.ts';
import { traitsOf } from './traits.ts';

const database = testDatabase();
const now = new Date('2026-11-22T09:00:00Z');
const LAB = { finess: '990000001', name: 'LABO TEST' };
const OID = ODETTE.ids[0]!.root;
let number = 100;
/** Someone else at each call: another name, another matricule. */
const someone = (): { patient: PrintedPatient; traits: Traits; ins: { oid: string; value: string } } => {
  number += 1;
  const patient = withIns(
    { ...ODETTE, birthFamily: `ESSAI-${'ABCDEFGHIJ'[number % 10]}${'KLMNOPQRST'[Math.floor(number / 10) % 10]}TEST` },
    `2550699042${number}`,
  );
  return { patient, traits: traitsOf(patient) as Traits, ins: { oid: OID, value: matricule(`2550699042${number}`) } };
};
const inTransaction = <T>(work: (tx: Sql) => Promise<T>) => database.db.transaction(work);
const by = (patientId: string, reason = 'passport shown at the desk'): ChangeRequest => ({
  patientId,
  who: { id: 'staff:1', name: 'Sonia DEMO' },
  reason,
  now,
});
const statusNow = async (id: string) => (await patientById(database.db, id))?.status;
const lastEvent = async (id: string) => (await eventsOf(database.db, [id]))[0]!;
const find = (patient: PrintedPatient) => identify(database.db, { senderFiness: LAB.finess, patient, mode: 'demo', now });
async function arrives(patient: PrintedPatient): Promise<string> {
  const found = await find(patient);
  const settled = found.kind === 'create' ? await inTransaction((tx) => createFromArrival(tx, found)) : found;
  if (settled.kind !== 'one') throw new Error(`waits: ${settled.reason}`);
  return settled.patientId;
}
async function registered(status: 'qualified' | 'provisional' = 'qualified') {
  const { traits, ins, patient } = someone();
  const patientId = uuidv7();
  await registerPatients(database.db, [{ patientId, traits, status, ...(status === 'qualified' && { ins }) }], now);
  return { patientId, traits, ins, patient };
}

describe('a wrong first print of an INS', () => {
  test('makes the true prints wait, until the identity cell corrects the traits: then they join', async () => {
    const { patient } = someone();
    const wrong = { ...patient, firstBirthGiven: 'ODILE', birthGivens: 'ODILE' };
    const patientId = await arrives(wrong);
    expect(await find(patient)).toMatchObject({ kind: 'wait', reason: 'traits-contradict-ins' });
    await inTransaction((tx) => correctTraits(tx, { ...by(patientId), traits: traitsOf(patient) as Traits }));
    expect(await arrives(patient)).toBe(patientId);
    expect(await find(wrong)).toMatchObject({ kind: 'wait', reason: 'traits-contradict-ins' });
    expect(await lastEvent(patientId)).toMatchObject({
      kind: 'traits-corrected',
      whoName: 'Sonia DEMO',
      reason: 'passport shown at the desk',
      before: { traits: { firstBirthGiven: 'ODILE' } },
      after: { traits: { firstBirthGiven: 'ODETTE' } },
    });
  });
  test('of somebody else’s INS: withdrawn from the record, it is free for its owner, and the wrong print does not take it again', async () => {
    const { patient } = someone();
    const stranger = { ...patient, birthFamily: `AUTRE-${patient.birthFamily}`, birthPlace: { cog: '99117' } };
    const wrongRecord = await arrives(stranger);
    await inTransaction((tx) => withdrawIns(tx, by(wrongRecord, 'the laboratory printed the label of another')));
    expect(await patientById(database.db, wrongRecord)).toMatchObject({ status: 'provisional' });
    expect((await patientById(database.db, wrongRecord))?.ins).toBeUndefined();
    expect(await find(stranger)).toMatchObject({ kind: 'wait', reason: 'possible-duplicate' });
    const trueRecord = await arrives(patient);
    expect(trueRecord).not.toBe(wrongRecord);
    expect(await arrives(patient)).toBe(trueRecord);
  });
});

describe('a change to an identity', () => {
  test('of a strict trait takes the proofs away, unless a document is shown for the new traits; the used name takes nothing', async () => {
    const { patientId, traits } = await registered();
    await inTransaction((tx) => correctTraits(tx, { ...by(patientId), traits: { ...traits, usedFamily: 'NOUVELLE-TEST' } }));
    expect(await statusNow(patientId)).toBe('qualified');
    await inTransaction((tx) => correctTraits(tx, { ...by(patientId), traits: { ...traits, birthDate: '1955-06-15' } }));
    expect(await statusNow(patientId)).toBe('retrieved');
    await inTransaction((tx) => correctTraits(tx, { ...by(patientId), traits: { ...traits, birthDate: '1955-06-16' }, document: 'PA' }));
    expect(await statusNow(patientId)).toBe('validated');
  });
  test('that would change nothing is refused', async () => {
    const { patientId, traits } = await registered();
    const refused = expect.objectContaining({ code: 'request.invalid' });
    await expect(inTransaction((tx) => correctTraits(tx, { ...by(patientId), traits }))).rejects.toThrow(refused);
    await expect(inTransaction((tx) => setDoubt(tx, { ...by(patientId), doubt: 'DOUT', isOn: false }))).rejects.toThrow(refused);
  });
  test('never gives a record the INS of another, nor a second one', async () => {
    const one = await registered();
    const other = await registered('provisional');
    const ambiguous = expect.objectContaining({ code: 'patient.ambiguous' });
    await expect(inTransaction((tx) => attachIns(tx, { ...by(other.patientId), ins: one.ins }))).rejects.toThrow(ambiguous);
    await expect(inTransaction((tx) => attachIns(tx, { ...by(one.patientId), ins: other.ins }))).rejects.toThrow(ambiguous);
    expect((await patientById(database.db, other.patientId))?.ins).toBeUndefined();
  });
  test('an INS brought by a person qualifies nothing, even with papers seen: the national service has to confirm it', async () => {
    const { patientId, ins } = await registered('provisional');
    await inTransaction((tx) => checkDocument(tx, { ...by(patientId), document: 'CN' }));
    await inTransaction((tx) => attachIns(tx, { ...by(patientId), ins }));
    expect(await statusNow(patientId)).toBe('validated');
  });
  test('marks it doubtful: nothing is filed by rule any more; lifted, it is what it was', async () => {
    const { patientId, patient } = await registered();
    await inTransaction((tx) => setDoubt(tx, { ...by(patientId), doubt: 'DOUT', isOn: true }));
    expect(await statusNow(patientId)).toBe('provisional');
    expect(await find(patient)).toMatchObject({ kind: 'wait', reason: 'doubtful-record' });
    await inTransaction((tx) => setDoubt(tx, { ...by(patientId), doubt: 'DOUT', isOn: false }));
    expect(await statusNow(patientId)).toBe('qualified');
    expect(await arrives(patient)).toBe(patientId);
  });
  test('marks the new neighbours and unmarks the old ones', async () => {
    const { patientId, traits } = await registered();
    const twin = uuidv7();
    const twinTraits = { ...traits, firstBirthGiven: 'COLETTE', birthGivens: 'COLETTE' };
    await registerPatients(database.db, [{ patientId: twin, traits: twinTraits, status: 'validated' }], now);
    expect((await patientById(database.db, patientId))?.attributes).toEqual(['TWIN']);
    await inTransaction((tx) => correctTraits(tx, { ...by(patientId), traits: { ...traits, birthDate: '1954-06-14' } }));
    expect((await patientById(database.db, patientId))?.attributes).toEqual([]);
    expect((await patientById(database.db, twin))?.attributes).toEqual([]);
    expect((await eventsOf(database.db, [twin])).map(({ kind }) => kind)).toEqual(['marked', 'marked', 'created']);
  });
});

describe('taking a change back', () => {
  test('gives the former traits and papers back; the national service is asked again', async () => {
    const { patientId, traits } = await registered();
    await inTransaction((tx) => correctTraits(tx, { ...by(patientId), traits: { ...traits, sex: 'M' } }));
    const { eventId } = await lastEvent(patientId);
    await inTransaction((tx) => undoChange(tx, { ...by(patientId, 'wrong person'), eventId }));
    expect(await factsOf(database.db, patientId)).toMatchObject({ facts: { traits, document: 'register' }, status: 'validated' });
    expect(await lastEvent(patientId)).toMatchObject({ kind: 'undone', undoes: eventId, reason: 'wrong person' });
    const gone = expect.objectContaining({ code: 'request.not-found' });
    await expect(inTransaction((tx) => undoChange(tx, { ...by(patientId), eventId }))).rejects.toThrow(gone);
  });
  test('is refused once the same thing was changed again', async () => {
    const { patientId, traits } = await registered();
    await inTransaction((tx) => correctTraits(tx, { ...by(patientId), traits: { ...traits, birthDate: '1955-06-15' } }));
    const { eventId } = await lastEvent(patientId);
    await inTransaction((tx) => correctTraits(tx, { ...by(patientId), traits: { ...traits, birthDate: '1955-06-16' } }));
    const gone = expect.objectContaining({ code: 'request.not-found' });
    await expect(inTransaction((tx) => undoChange(tx, { ...by(patientId), eventId }))).rejects.toThrow(gone);
  });
  test('gives a withdrawn INS back, unless someone else has it by now', async () => {
    const { patientId, ins } = await registered();
    await inTransaction((tx) => withdrawIns(tx, by(patientId)));
    const { eventId } = await lastEvent(patientId);
    await inTransaction((tx) => undoChange(tx, { ...by(patientId), eventId }));
    expect((await patientById(database.db, patientId))?.ins).toEqual(ins);
    await inTransaction((tx) => withdrawIns(tx, by(patientId)));
    const again = await lastEvent(patientId);
    const other = await registered('provisional');
    await inTransaction((tx) => attachIns(tx, { ...by(other.patientId), ins }));
    const ambiguous = expect.objectContaining({ code: 'patient.ambiguous' });
    await expect(inTransaction((tx) => undoChange(tx, { ...by(patientId), eventId: again.eventId }))).rejects.toThrow(ambiguous);
  });
});

describe('the history of an identity', () => {
  test('can only be added to', async () => {
    await registered();
    await expect(database.db.script('delete from identity.event')).rejects.toThrow('only ever added');
    await expect(database.db.script("update identity.event set reason = ''")).rejects.toThrow('only ever added');
  });

  type Step = (id: string, own: Awaited<ReturnType<typeof registered>>, tx: Sql) => Promise<void>;
  const step: fc.Arbitrary<Step> = fc.oneof(
    fc.nat(3).map(
      (day): Step =>
        (id, { traits }, tx) =>
          correctTraits(tx, { ...by(id), traits: { ...traits, birthDate: `1955-06-1${day}` } }),
    ),
    fc.constantFrom('CN', 'PA', undefined).map(
      (document): Step =>
        (id, _, tx) =>
          checkDocument(tx, { ...by(id), document }),
    ),
    fc.constant<Step>((id, _, tx) => withdrawIns(tx, by(id))),
    fc.constant<Step>((id, { ins }, tx) => attachIns(tx, { ...by(id), ins })),
    fc.tuple(fc.constantFrom('DOUT' as const, 'FICT' as const), fc.boolean()).map(
      ([doubt, isOn]): Step =>
        (id, _, tx) =>
          setDoubt(tx, { ...by(id), doubt, isOn }),
    ),
    fc.constantFrom('2026-01-02', '0000-00-00', undefined).map(
      (deceasedOn): Step =>
        (id, _, tx) =>
          noteDeath(tx, { ...by(id), deceasedOn }),
    ),
    fc.nat(3).map(
      (back): Step =>
        async (id, _, tx) => {
          const event = (await eventsOf(tx, [id]))[back];
          if (event) await undoChange(tx, { ...by(id), eventId: event.eventId });
        },
    ),
  );
  test('adds up to what is known now, whatever was done', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 12 }), async (steps) => {
        const own = await registered();
        for (const take of steps) await inTransaction((tx) => take(own.patientId, own, tx)).catch(onlyRefusals);
        const added: Record<string, unknown> = {};
        for (const { after } of (await eventsOf(database.db, [own.patientId])).toReversed()) Object.assign(added, after);
        const { facts, status } = (await factsOf(database.db, own.patientId))!;
        const { traits, ins = null, insiAt = null, document = null, deceasedOn = null, doubts } = facts;
        expect({
          traits: added['traits'],
          ins: added['ins'],
          insiAt: added['insiAt'],
          document: added['document'],
          deceasedOn: added['deceasedOn'] ?? null,
          doubts: added['doubts'],
        }).toEqual({
          traits,
          ins,
          insiAt,
          document,
          deceasedOn,
          doubts,
        } satisfies Record<keyof IdentityFacts, unknown>);
        expect([added['status'], status]).toEqual([statusOf(facts), statusOf(facts)]);
        await database.db.script('delete from identity.ins; delete from identity.patient');
      }),
      { numRuns: 60 },
    );
  });
  const onlyRefusals = (error: unknown) => {
    if (!(error instanceof Error) || error.name !== 'Refusal') throw error;
  };
});
