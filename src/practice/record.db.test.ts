/** The practice reads the shared record of its patients too: what came by mail as well is filed once. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { testDatabase } from '../../test/support/database.ts';
import { PEOPLE } from '../../test/support/people.ts';
import { JEANNE, LABORATORY, reportOf } from '../../test/support/reports.ts';
import { testServer } from '../../test/support/server.ts';
import { temporaryFolder } from '../../test/support/temporary-folder.ts';
import { newPracticeSoftware, practiceTokens, registerLinks } from '../access/index.ts';
import { registerPractitioners, registerSenders, registerStructures } from '../directory/index.ts';
import { documentAt, fichesAt, sharedRecordAt } from '../fhir/index.ts';
import { writeCda } from '../formats/index.ts';
import { traitsOf } from '../identity/index.ts';
import { Refusal } from '../kernel/index.ts';
import { recordReader, type SharedRecord } from './record.ts';
import { filedFor, notePatients, practicePatients } from './store.ts';
import { take } from './take.ts';

const FINESS = '990000201';
const software = await newPracticeSoftware({ clientId: 'cabinet-essai', name: 'Cabinet ESSAI', structure: FINESS });
const apps = join(temporaryFolder('apps'), 'apps.json');
writeFileSync(apps, JSON.stringify([software.app]));
const region = testServer({ listens: true, env: { SMART_CLIENTS_FILE: apps } });
const practice = testDatabase();
const SECRET = 'a-secret-of-the-tests-only';
const folder = temporaryFolder('record');
const told: string[] = [];
let token = '';
let record: SharedRecord;

const deposit = async (n: number) => {
  const bytes = Buffer.from(writeCda(reportOf(n)));
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/xml' };
  const { status } = await fetch(`${region.url}/api/deposits`, { method: 'POST', headers, body: bytes });
  expect([201, 202]).toContain(status);
  return bytes;
};
const read = () =>
  recordReader({ db: practice.db, mode: 'demo', tell: (line) => told.push(line) }, record)
    .round(new Date())
    .then((all) => all.map(({ outcome }) => outcome));

beforeAll(async () => {
  const { db } = region.database;
  await registerStructures(db, [{ ...LABORATORY, kind: 'laboratory' }]);
  const [rpps, elsewhere] = [PEOPLE.gp.id, PEOPLE.specialist.id].map((id) => id.slice('rpps:'.length)) as [string, string];
  const doctor = { family: 'DEMO', given: 'ANNE', title: 'DR', profession: 'G15_10', speciality: 'SM54', mailboxes: [] };
  await registerStructures(db, [{ finess: FINESS, name: 'Cabinet ESSAI', kind: 'practice' }]);
  await registerPractitioners(db, [
    { ...doctor, rpps, structures: [FINESS] },
    { ...doctor, rpps: elsewhere, structures: [LABORATORY.finess] },
  ]);
  const sender = { clientId: 'lis', name: 'SIL', structures: [LABORATORY.finess], formats: ['cda'], secret: SECRET };
  await registerSenders(db, [{ ...sender, state: 'production', connectedSince: new Date() }], 'demo');
  token = await region.tokenOf('lis', SECRET);
  await deposit(1);
  const [row] = await db.query<{ patientId: string }>('one', 'select patient_id as "patientId" from record.document limit 1');
  const link = { ...row!, holder: { person: PEOPLE.gp.id }, kind: 'treating-doctor' as const, since: new Date(Date.now() - 1_000) };
  await registerLinks(db, [link], 'test');
  // What the treating doctor reads, in their own session.
  const { cookie } = await region.as(PEOPLE.gp);
  const signedIn = ((url: string, request: RequestInit) => fetch(url, { ...request, headers: { accept: '*/*', cookie } })) as typeof fetch;
  const peer = { base: `${region.url}/fhir`, token: '', sourceId: '', zone: 'Europe/Paris', fetch: signedIn };
  record = {
    changed: async (ins, since) =>
      Promise.all(
        (await fichesAt(peer, ins, since)).map(async (fiche) => ({ reference: String(fiche['id']), ...(await documentAt(peer, fiche)) })),
      ),
  };
  const [ins] = JEANNE.ids;
  const traits = traitsOf(JEANNE) as Parameters<typeof notePatients>[1][number]['traits'];
  await notePatients(
    practice.db,
    [{ number: '7', ins: { oid: ins!.root, value: ins!.extension! }, isQualified: true, traits, doctor: rpps }],
    new Date(),
  );
});

test('a document that is in the record and came by no mail is filed, and asked for no more', async () => {
  expect(await read()).toEqual(['filed']);
  expect(new Set(await read())).not.toContain('filed');
  const { patientId } = (await practicePatients(practice.db))[0]!;
  expect((await filedFor(practice.db, patientId)).map(({ uniqueId }) => uniqueId)).toEqual([reportOf(1).id.root]);
});

test('a document that came by mail and is in the record is filed once, by its uniqueId', async () => {
  const bytes = await deposit(2);
  const origin = { channel: 'mail' as const, reference: '<essai@labo>' };
  expect(await take({ db: practice.db, mode: 'demo' }, bytes, undefined, origin)).toMatchObject([{ outcome: 'filed' }]);
  expect(new Set(await read())).toEqual(new Set(['known']));
  const arrivals = await practice.db.query<{ channel: string }>(
    '',
    `select distinct a.channel from practice.arrival a join practice.document d using (document_id) where d.unique_id = $1 order by 1`,
    [reportOf(2).id.root],
  );
  expect(arrivals.map(({ channel }) => channel)).toEqual(['mail', 'record']);
});

test('a record that does not answer is told without naming anybody, and read again from where it was', async () => {
  const [file, working] = [join(folder, 'token'), record];
  record = sharedRecordAt({ base: `${region.url}/fhir`, tokenFile: file, zone: 'Europe/Paris' });
  expect(await read()).toEqual([]);
  writeFileSync(file, 'no-such-token');
  expect(await read()).toEqual([]);
  expect(told).toHaveLength(2);
  expect(told.join()).not.toMatch(/ESSAI|DURAND/i);
  record = { changed: () => Promise.reject(new Refusal('store.unavailable', 'away')) };
  expect(await read()).toEqual([]);
  await deposit(3);
  record = working;
  expect(await read()).toContain('filed');
});

describe('the software of the practice, by its own key', () => {
  const base = () => `${region.url}/fhir`;
  const tokens = () => practiceTokens({ base: base(), clientId: software.app.clientId, key: software.key });
  const rppsOf = ({ id }: { id: string }) => id.slice('rpps:'.length);
  const filed = async () => {
    const { patientId } = (await practicePatients(practice.db))[0]!;
    return (await filedFor(practice.db, patientId)).map(({ uniqueId }) => uniqueId);
  };

  test('follows what comes to the record in the name of the doctor, what came by mail is filed once, and what comes while it is stopped is not lost', async () => {
    const own = sharedRecordAt({ base: base(), zone: 'Europe/Paris', tokenOf: tokens() });
    const follow = async () => {
      const reader = recordReader({ db: practice.db, mode: 'demo', tell: (line) => told.push(line) }, own);
      await reader.round(new Date());
      return reader;
    };
    const first = await follow();
    const listening = `select status from fhir.subscription where status = 'requested' or status = 'active'`;
    await expect.poll(() => region.database.db.query('listening', listening)).toHaveLength(1);
    const bytes = await deposit(4);
    const origin = { channel: 'mail' as const, reference: '<quatre@labo>' };
    await take({ db: practice.db, mode: 'demo' }, bytes, undefined, origin);
    await deposit(5);
    await expect.poll(filed, { timeout: 10_000 }).toContain(reportOf(5).id.root);
    await first.stop();
    await deposit(6);
    const again = await follow();
    await expect.poll(filed, { timeout: 10_000 }).toContain(reportOf(6).id.root);
    await again.stop();
    const once = await filed();
    expect(once.filter((id) => id === reportOf(4).id.root)).toHaveLength(1);
    const looks = await region.database.db.query<{ via: string }>(
      'looks',
      `select distinct via from access.audit_event where actor = $1 and via like 'fhir %'`,
      [PEOPLE.gp.id],
    );
    expect(looks).toEqual([{ via: 'fhir cabinet-essai' }]);
  });

  test('reads in the name of nobody who works elsewhere, writes nothing, and sees nothing of a patient whom its doctor does not treat', async () => {
    await expect(tokens()(rppsOf(PEOPLE.specialist))).rejects.toMatchObject({ code: 'access.unauthenticated' });
    const authorization = `Bearer ${await tokens()(rppsOf(PEOPLE.gp))}`;
    const ask = async (path: string, method = 'GET') =>
      (
        await fetch(`${base()}${path}`, {
          method,
          headers: { authorization, 'content-type': 'application/fhir+json' },
          ...(method === 'POST' && { body: '{"resourceType":"Observation"}' }),
        })
      ).status;
    expect(await ask('/Observation', 'POST')).toBeGreaterThanOrEqual(400);
    const [stranger] = await region.database.db.query<{ id: string }>('stranger', 'select gen_random_uuid() as id');
    expect([403, 404]).toContain(await ask(`/DocumentReference?patient=${stranger!.id}`));
    expect(await ask(`/Observation?patient=${stranger!.id}`)).toBe(403);
    expect((await fetch(`${region.url}/api/patients/mine`, { headers: { authorization } })).status).toBeGreaterThanOrEqual(400);
  });
});
