import { beforeEach, describe, expect, test } from 'vitest';
import type { PrintedPatient } from '#formats';
import { type Sql, uuidv7 } from '#kernel';
import { testDatabase } from '../../test/support/database.ts';
import { correctTraits, undoChange } from './change.ts';
import type { Traits } from './contract.ts';
import { findPatients, type NameScope } from './find-patients.ts';
import { identify } from './identify.ts';
import { mergePatients, splitPatient } from './merge.ts';
import { matchPatient } from './people-queries.ts';
import { ODETTE, withoutIns } from './people.fixture.ts';
import { registerPatients } from './register-patients.ts';
import { aliasesOf } from './store-aliases.ts';
import { eventsOf } from './store-events.ts';
import { addSourceEvent } from './store-source.ts';
import { fingerprintOf, traitsOf } from './traits.ts';
import { identityView } from './view.ts';
import * as worklist from './worklist.ts';
import { noteSourceIdentity } from './source-feed.ts';

const LAB = { finess: '990000001', name: 'LABO TEST' };
const now = new Date('2026-11-22T09:00:00Z');
const by = { who: { id: 'staff:1', name: 'Sonia DEMO' }, reason: 'papers seen', now };
const database = testDatabase();
const inTransaction = <T>(work: (tx: Sql) => Promise<T>) => database.db.transaction(work);
const odette = traitsOf(ODETTE) as Traits;

let patientId = '';
beforeEach(async () => {
  await database.db.script(
    'delete from identity.waiting; delete from identity.source_identity; delete from identity.ins; delete from identity.patient',
  );
  patientId = await registered(odette);
});
async function registered(traits: Traits): Promise<string> {
  const made = uuidv7();
  await registerPatients(database.db, [{ patientId: made, traits, status: 'validated' }], now);
  return made;
}
const nothing: worklist.AfterDecision = {
  arrivalOf: async () => ({ depositId: uuidv7(), sender: LAB, patient: DUPONT, receivedAt: now }),
  resume: async () => {},
  refuse: async () => {},
  withdraw: async () => {},
};
const DUPONT = withoutIns({ ...ODETTE, birthFamily: 'DUPONT-ESSAI', usedFamily: 'DUPONT-ESSAI' }, 'IPP-7');
const decision = (waitingId: string) => ({ ...by, waitingId, mode: 'demo' as const });
async function link(patient: PrintedPatient, to = patientId) {
  const arrival = { depositId: uuidv7(), sender: LAB, patient, receivedAt: now, doubt: { reason: 'no-ins' as const } };
  const { waitingId } = await inTransaction((tx) => worklist.keepWaiting(tx, arrival));
  await inTransaction((tx) => worklist.linkWaiting(tx, { ...decision(waitingId), patientId: to }, nothing));
  return waitingId;
}
const correct = (traits: Partial<Traits>, id = patientId) =>
  inTransaction((tx) => correctTraits(tx, { ...by, patientId: id, traits: { ...odette, ...traits } }));
const aliases = async (id = patientId) =>
  ((await aliasesOf(database.db, [id])).get(id) ?? []).map(({ family, givens, origin, sender }) => [family, givens, origin, sender]);
const search = async (q: string, scope: NameScope = 'everyone') =>
  (await findPatients(database.db, { q, mode: 'demo', scope })).patients.map((found) => found.patientId);

describe('a name that the record bore', () => {
  test('is an alias once corrected: shown with its date, and found as the new one is', async () => {
    await correct({ birthFamily: 'DEMO-LEROY' });
    expect(await aliases()).toEqual([['ESSAI-MARCHAND', 'ODETTE MARIE LOUISE', 'history', null]]);
    const { aliases: shown } = await identityView(database.db, patientId, async () => []);
    expect(shown).toMatchObject([{ family: 'ESSAI-MARCHAND', origin: 'history', sender: null, knownAt: now.toISOString() }]);
    expect(await search('essai 14/06/1955')).toEqual([patientId]);
    expect(await search('demo 14/06/1955')).toEqual([patientId]);
    expect(await search('essai odette')).toEqual([patientId]);
    expect(await search('essai', { own: async () => [patientId] })).toEqual([patientId]);
    expect(await search('essai', { own: async () => [] })).toEqual([]);
    expect(await search('essai 15/06/1955')).toEqual([]);
  });
  test('is none when the correction is taken back, nor is the name taken back', async () => {
    await correct({ birthFamily: 'DEMO-LEROY' });
    const [corrected] = (await eventsOf(database.db, [patientId])).filter(({ kind }) => kind === 'traits-corrected');
    await inTransaction((tx) => undoChange(tx, { ...by, patientId, eventId: corrected!.eventId }));
    expect(await aliases()).toEqual([]);
    expect(await search('demo 14/06/1955')).toEqual([]);
  });
  test('is listed after those who bear it now', async () => {
    await correct({ birthFamily: 'DEMO-LEROY', usedFamily: 'ABEILLE' });
    const bearer = await registered(odette);
    expect(await search('essai 14/06/1955')).toEqual([bearer, patientId]);
    expect(await search('essai')).toEqual([bearer, patientId]);
  });
});

describe('a name printed by a sender that a person linked', () => {
  test('is an alias with its sender, found by search, as long as the link stands', async () => {
    const waitingId = await link(DUPONT);
    expect(await aliases()).toEqual([['DUPONT-ESSAI', 'ODETTE MARIE LOUISE', 'print', LAB.finess]]);
    expect(await search('dupont 14/06/1955')).toEqual([patientId]);
    expect(await search('dupont odette')).toEqual([patientId]);
    await inTransaction((tx) => worklist.undoDecision(tx, decision(waitingId), nothing));
    expect(await aliases()).toEqual([]);
    expect(await search('dupont 14/06/1955')).toEqual([]);
  });
  test('leaves with the document that is recalled', async () => {
    const waitingId = await link(DUPONT);
    const [row] = await database.db.query<{ id: string }>('', 'select deposit_id as id from identity.waiting where waiting_id = $1', [
      waitingId,
    ]);
    const recalled = { ...nothing, arrivalOf: async () => ({ depositId: row!.id, sender: LAB, patient: DUPONT, receivedAt: now }) };
    await inTransaction((tx) => worklist.recallDeposit(tx, { ...by, patientId, depositId: row!.id }, recalled));
    expect(await aliases()).toEqual([]);
  });
  test('makes the record a candidate with its reason, never joined: the arrival of another sender under that name waits', async () => {
    await link(DUPONT);
    const elsewhere = { ...DUPONT, ids: [{ root: '1.2.3.4.5', extension: 'OTHER' }], birthDate: '19550600' };
    const found = await identify(database.db, { senderFiness: '990000002', patient: elsewhere, mode: 'demo', now });
    expect(found).toMatchObject({ kind: 'wait', candidates: [{ patientId, knownAs: { family: 'DUPONT-ESSAI' } }] });
    const sameDay = { ...elsewhere, birthDate: '19550614' };
    expect(await identify(database.db, { senderFiness: '990000002', patient: sameDay, mode: 'demo', now })).toMatchObject({ kind: 'wait' });
    const [match] = await matchPatient(database.db, sameDay, 'demo');
    expect(match).toMatchObject({ grade: 'possible', candidate: { patientId } });
  });
  test('under an INS known here still contradicts it: an alias makes no trait concordant', async () => {
    await database.db.script('delete from identity.patient');
    await registerPatients(
      database.db,
      [{ patientId, traits: odette, status: 'qualified', ins: { oid: ODETTE.ids[0]!.root, value: ODETTE.ids[0]!.extension! } }],
      now,
    );
    await link(DUPONT);
    const found = await identify(database.db, {
      senderFiness: '990000002',
      patient: { ...ODETTE, birthFamily: 'DUPONT-ESSAI' },
      mode: 'demo',
      now,
    });
    expect(found).toMatchObject({ kind: 'wait', reason: 'traits-contradict-ins' });
  });
  test('printed later by the same link, in use only, is an alias too', async () => {
    const plain = withoutIns(ODETTE, 'IPP-8');
    await link(plain);
    const married = { ...plain, usedFamily: 'ROCHE-ESSAI' };
    await inTransaction((tx) =>
      worklist.noteFiledByLink(tx, { depositId: uuidv7(), sender: LAB, patient: married, receivedAt: now, patientId }),
    );
    expect(await aliases()).toEqual([['ROCHE-ESSAI', 'ODETTE', 'print', LAB.finess]]);
  });
});

describe('what a hospital says of a number that is linked (ADT)', () => {
  const id = { domain: '1.2.3.4.5', localId: 'IPP-9' };
  const tell = (patient: PrintedPatient, at: string) =>
    inTransaction((tx) =>
      noteSourceIdentity(tx, {
        senderFiness: LAB.finess,
        receivedAt: now,
        message: {
          kind: 'adt',
          event: 'A08',
          header: { controlId: `C-${at}` },
          happenedAt: at,
          patient,
          identifiers: patient.ids,
        } as never,
      }),
    );
  const printed = withoutIns(ODETTE, id.localId);
  test('a name in use that it tells is an alias, until the link is broken by other traits', async () => {
    await link(printed);
    await tell({ ...printed, usedFamily: 'ROCHE-ESSAI' }, '20260301080000');
    expect(await aliases()).toEqual([['ROCHE-ESSAI', 'ODETTE', 'print', LAB.finess]]);
    await tell({ ...printed, birthFamily: 'AUTRE-ESSAI' }, '20260302080000');
    expect(await aliases()).toEqual([]);
  });
  test('what it said of the number when it was someone else’s is none', async () => {
    const other = traitsOf({ ...printed, birthFamily: 'AUTRE-ESSAI' });
    await inTransaction((tx) =>
      addSourceEvent(tx, {
        ...id,
        senderFiness: LAB.finess,
        controlId: 'OLD',
        event: 'A08',
        happenedAt: '20200101080000',
        receivedAt: now,
        traits: other,
        fingerprint: fingerprintOf(other),
      }),
    );
    await link(printed);
    await correct({ usedFamily: 'LEROY' });
    expect((await aliases()).map(([family]) => family)).not.toContain('AUTRE-ESSAI');
  });
});

describe('two records of one person', () => {
  test('are found under the names of both once merged, and each under its own again after a split', async () => {
    const other = await registered({ ...odette, birthFamily: 'DUPONT-ESSAI', usedFamily: 'DUPONT-ESSAI' });
    await inTransaction((tx) => mergePatients(tx, { ...by, patientId: other, into: patientId }));
    expect(await aliases()).toEqual([['DUPONT-ESSAI', 'ODETTE MARIE LOUISE', 'merged', null]]);
    expect(await search('dupont 14/06/1955')).toEqual([patientId]);
    await inTransaction((tx) => splitPatient(tx, { ...by, patientId: other }));
    expect(await aliases()).toEqual([]);
    expect(await search('dupont 14/06/1955')).toEqual([other]);
  });
});
