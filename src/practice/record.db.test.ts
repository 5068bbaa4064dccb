/** The practice reads the shared record of its patients too: what came by mail as well is filed once. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import { testDatabase } from '../../test/support/database.ts';
import { PEOPLE } from '../../test/support/people.ts';
import { JEANNE, LABORATORY, reportOf } from '../../test/support/reports.ts';
import { testServer } from '../../test/support/server.ts';
import { temporaryFolder } from '../../test/support/temporary-folder.ts';
import { registerLinks } from '../access/index.ts';
import { registerSenders, registerStructures } from '../directory/index.ts';
import { documentAt, fichesAt, sharedRecordAt } from '../fhir/index.ts';
import { writeCda } from '../formats/index.ts';
import { traitsOf } from '../identity/index.ts';
import { Refusal } from '../kernel/index.ts';
import { readRecord, type SharedRecord } from './record.ts';
import { filedFor, notePatients, practicePatients } from './store.ts';
import { take } from './take.ts';

const region = testServer({ listens: true });
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
  readRecord({ db: practice.db, mode: 'demo', tell: (line) => told.push(line) }, record, new Date()).then((all) =>
    all.map(({ outcome }) => outcome),
  );

beforeAll(async () => {
  const { db } = region.database;
  await registerStructures(db, [{ ...LABORATORY, kind: 'laboratory' }]);
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
    [{ number: '7', ins: { oid: ins!.root, value: ins!.extension! }, isQualified: true, traits }],
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
