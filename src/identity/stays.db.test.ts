import { beforeAll, expect, test } from 'vitest';
import { testDatabase } from '../../test/support/database.ts';
import type { AdtMessage, PrintedPatient } from '../formats/index.ts';
import { setDoubt } from './change.ts';
import type { Traits } from './contract.ts';
import { noteSourceIdentity, staysOf } from './index.ts';
import { mergePatients, splitPatient } from './merge.ts';
import { matricule, ODETTE } from './people.fixture.ts';
import { registerPatients } from './register-patients.ts';
import { upsertLink } from './store-worklist.ts';
import { fingerprintOf, traitsOf } from './traits.ts';

const database = testDatabase();
const now = new Date('2026-11-22T09:00:00Z');
const by = { who: { id: 'staff:1', name: 'Sonia DEMO' }, reason: 'looked into', now };
const [HOSPITAL, DOMAIN] = ['990000001', '1.2.3'];
const odette = traitsOf(ODETTE) as Traits;
const OID = ODETTE.ids[0]!.root;
const INS = matricule('2550699042042');
const id = (n: number) => `0190c000-0000-7000-8000-00000000000${n}`;
const unmarked: PrintedPatient = { ...ODETTE, ids: [] };

let n = 0;
/** @param month of the stay, which tells it apart */
async function tell(month: number, ipp: string, patient: PrintedPatient): Promise<void> {
  n += 1;
  const message: AdtMessage = {
    kind: 'adt',
    event: 'A01',
    header: { controlId: `M${n}`, type: 'ADT', sendingFacility: {} } as AdtMessage['header'],
    happenedAt: `2026${String(month).padStart(2, '0')}01080000`,
    patient,
    identifiers: [{ root: DOMAIN, extension: ipp }, ...patient.ids] as AdtMessage['identifiers'],
    cleared: [],
    reliability: [],
    merges: [],
    consents: [],
    visit: { ids: [], class: 'I' },
    warnings: [],
  };
  await database.db.transaction((tx) => noteSourceIdentity(tx, { message, senderFiness: HOSPITAL, receivedAt: now }));
}
const months = async (patientId: string) =>
  (await staysOf(database.db, patientId, 'Europe/Paris')).map(({ from }) => Number(from!.slice(5, 7)) % 12).toSorted();

beforeAll(async () => {
  await registerPatients(
    database.db,
    [
      { patientId: id(1), traits: odette, status: 'qualified', ins: { oid: OID, value: INS } },
      { patientId: id(2), traits: { ...odette, birthFamily: 'FICTIF' }, status: 'validated' },
    ],
    now,
  );
  const fingerprint = fingerprintOf(traitsOf({ ...unmarked, birthFamily: 'FICTIF' }));
  await upsertLink(database.db, {
    senderFiness: HOSPITAL,
    domain: DOMAIN,
    localId: 'B',
    patientId: id(2),
    fingerprint,
    by: 'staff:1',
    now,
  });
});

test('a stay is in the record of its INS when the traits agree, in no record when they do not or when nothing names it', async () => {
  await tell(3, 'A', { ...ODETTE, ids: [{ root: OID, extension: INS }] });
  await tell(4, 'A', { ...ODETTE, birthFamily: 'AUTRE', ids: [{ root: OID, extension: INS }] });
  await tell(5, 'A', unmarked);
  expect(await months(id(1))).toEqual([3]);
});

test('a stay under a linked number is in its record, unless its traits contradict the link', async () => {
  await tell(6, 'B', { ...unmarked, birthFamily: 'FICTIF' });
  expect(await months(id(2))).toEqual([6]);
  await tell(7, 'B', { ...unmarked, birthFamily: 'AUTRE' });
  expect(await months(id(2)), 'the contradiction broke the link').toEqual([]);
  const fingerprint = fingerprintOf(traitsOf({ ...unmarked, birthFamily: 'FICTIF' }));
  await upsertLink(database.db, {
    senderFiness: HOSPITAL,
    domain: DOMAIN,
    localId: 'B',
    patientId: id(2),
    fingerprint,
    by: 'staff:1',
    now,
  });
  expect(await months(id(2)), 'linked again by a person').toEqual([6]);
});

test('a merge shows the stays of both, and a split gives each back its own', async () => {
  await database.db.transaction((tx) => mergePatients(tx, { ...by, patientId: id(2), into: id(1) }));
  expect(await months(id(1))).toEqual([3, 6]);
  expect(await months(id(2)), 'asked by the number of the merged record').toEqual([3, 6]);
  await database.db.transaction((tx) => splitPatient(tx, { ...by, patientId: id(2) }));
  expect([await months(id(1)), await months(id(2))]).toEqual([[3], [6]]);
});

test('a record marked doubtful shows none until a person has looked', async () => {
  const doubt = (isOn: boolean) => database.db.transaction((tx) => setDoubt(tx, { ...by, patientId: id(1), doubt: 'DOUT', isOn }));
  await doubt(true);
  expect(await months(id(1))).toEqual([]);
  await doubt(false);
  expect(await months(id(1))).toEqual([3]);
});
