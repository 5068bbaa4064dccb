/** One send feeds the record, the secure mail of who ordered it, and the shared record of another region, under one identifier. */
import { writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import { exchangeBench, HOUR, later, PRESCRIBER, reportFor } from '../../test/support/exchange.ts';
import { laboratoryTransaction } from '../../test/support/fhir-transaction.ts';
import { LABORATORY } from '../../test/support/reports.ts';
import { testServer } from '../../test/support/server.ts';
import { temporaryFolder } from '../../test/support/temporary-folder.ts';
import { registerSenders, registerStructures } from '../directory/index.ts';
import { noteEvents, type SharedRecords } from '../exchange/index.ts';
import { readConfig } from '../kernel/index.ts';
import { sharedRecordsOf } from './shared-records.ts';

const bench = exchangeBench();
const there = testServer({ listens: true });
const folder = temporaryFolder('shared-records');
const SECRET = 'a-secret-of-the-tests-only';
let shared: SharedRecords;
let away: SharedRecords;
let at: (base: string) => SharedRecords;

beforeAll(async () => {
  const { db } = there.database;
  await registerStructures(db, [{ ...LABORATORY, kind: 'laboratory' }]);
  const gateway = { clientId: 'region-voisine', name: 'Région voisine', structures: [LABORATORY.finess], formats: ['cda-cr-bio'] };
  await registerSenders(db, [{ ...gateway, secret: SECRET, state: 'production', connectedSince: new Date() }], 'demo');
  const tokenFile = join(folder, 'token');
  writeFileSync(tokenFile, await there.tokenOf('region-voisine', SECRET));
  at = (base: string): SharedRecords => {
    const file = join(folder, 'shared.json');
    writeFileSync(file, JSON.stringify([{ id: 'voisine', name: 'Région voisine', base, tokenFile, sourceId: '1.2.250.1.999.20' }]));
    return sharedRecordsOf(readConfig({ SHARED_RECORDS_FILE: file }));
  };
  shared = at(`${there.url}/fhir`);
  away = at('http://127.0.0.1:9/fhir');
});

async function send(n: number, more: Parameters<typeof reportFor>[2] = {}, to = shared): Promise<string> {
  const documentId = await bench.deposit(reportFor(n, { prescribers: [PRESCRIBER] }, more));
  await bench.db.query('', `update identity.patient set status = 'qualified'`);
  await bench.routeAll({ sharedWith: to.records });
  await bench.deliverAll({ shared: to });
  return documentId;
}
const ofRole = (role: string) =>
  bench.db.query<{ state: string; reason: string | null; rule: string }>(
    '',
    `select state, reason, rule from exchange.delivery where role = $1 order by delivery_id`,
    [role],
  );
const heldThere = () =>
  there.database.db.query<{ uniqueId: string; version: number }>(
    '',
    'select unique_id as "uniqueId", version from record.document order by version',
  );
const requestOf = (subject: string) => ({
  resourceType: 'ServiceRequest',
  status: 'completed',
  intent: 'order',
  subject: { reference: subject },
  requester: { identifier: { system: 'https://rpps.esante.gouv.fr', value: PRESCRIBER.rpps } },
});
const id = (n: number) => `1.2.250.1.999.7.990400101.${n}`;

test('a report goes to the mailbox of who ordered it and to the shared record, under the same identifier; its correction replaces it there', async () => {
  await send(200, { set: 200 });
  expect(await ofRole('shared')).toEqual([{ state: 'sent', reason: null, rule: 'R-19' }]);
  expect(bench.post.mails).toHaveLength(1);
  expect(await heldThere()).toEqual([{ uniqueId: id(200), version: 1 }]);
  await send(201, { set: 200, version: 2, replaces: [200] });
  expect(await heldThere()).toEqual([
    { uniqueId: id(200), version: 1 },
    { uniqueId: id(201), version: 2 },
  ]);
});

test('a correction whose format names nothing that it replaces names there the version that went before', async () => {
  const ofFhir = async (status: string, issued: string) => {
    const bundle = laboratoryTransaction(220, { status, issued });
    const report = bundle.entry.find(({ resource }) => resource['resourceType'] === 'DiagnosticReport')!.resource;
    const prescription = { fullUrl: 'urn:uuid:00000000-0000-4000-8000-0000000000c1', resource: requestOf(bundle.entry[0]!.fullUrl) };
    report['basedOn'] = [{ reference: prescription.fullUrl }];
    const bytes = JSON.stringify({ ...bundle, entry: [...bundle.entry, prescription] });
    const documentId = await bench.deposit(reportFor(220, {}), { type: 'application/fhir+json', bytes });
    await bench.db.query('', `update identity.patient set status = 'qualified'`);
    await bench.routeAll({ sharedWith: shared.records });
    await bench.deliverAll({ shared });
    return documentId;
  };
  const today = new Date().toISOString().slice(0, 10);
  await ofFhir('final', `${today}T00:00:01Z`);
  await ofFhir('corrected', `${today}T00:00:02Z`);
  const [before, after] = await there.database.db.query<{ uniqueId: string; replaces: string[] }>(
    '',
    `select unique_id as "uniqueId", replaces from record.document where version > 1000 order by version`,
  );
  expect([before!.replaces, after!.replaces]).toEqual([[], [before!.uniqueId]]);
});

test('a correction that may not go there any more is for a person, who asks for the withdrawal of the version before by a replay', async () => {
  await send(205, { set: 205 });
  await bench.deposit(reportFor(206, { prescribers: [PRESCRIBER] }, { set: 205, version: 2, replaces: [205] }));
  await bench.db.query('', `update identity.patient set status = 'retrieved'`);
  await bench.routeAll({ sharedWith: shared.records });
  expect((await ofRole('shared')).at(-1)).toEqual({ state: 'held', reason: 'former.there', rule: 'R-20' });
  const held = await bench.db.query<{ id: string }>('', `select delivery_id as id from exchange.delivery where reason = 'former.there'`);
  const replayed = await bench.server.app.inject({
    method: 'POST',
    url: '/api/exchange/replay',
    headers: await bench.server.as({ id: 'operator:1', name: 'Exploitation', role: 'operator' }),
    payload: { deliveryIds: held.map((one) => one.id) },
  });
  expect(replayed.json()).toMatchObject({ recalled: 1 });
  await bench.deliverAll({ shared });
  const withdrawn = await there.database.db.query<{ uniqueId: string }>(
    '',
    `select d.unique_id as "uniqueId" from record.document_event e join record.document d using (patient_id, document_id) where e.kind = 'delete'`,
  );
  expect(withdrawn).toEqual([{ uniqueId: id(205) }]);
  await there.database.db.query('', `delete from record.document_event where kind = 'delete'`);
});

test('of a patient whose identity is not qualified nothing goes there, and the rule says so', async () => {
  await bench.deposit(reportFor(210, { prescribers: [PRESCRIBER] }));
  await bench.db.query('', `update identity.patient set status = 'retrieved'`);
  await bench.routeAll({ sharedWith: shared.records });
  expect(await ofRole('shared')).toEqual([]);
  const [row] = await bench.db.query<{ routed: string }>('', 'select routed from exchange.dispatch');
  expect(row!.routed).toContain('"R-20"');
});

test('while it does not answer, mails leave; it gets the document once it does, and nobody is asked meanwhile', async () => {
  await send(221, { set: 221 }, away);
  for (let hour = 1; hour < 24; hour += 1) await bench.deliverAll({ shared: away, now: later(hour * HOUR) });
  await send(222, { set: 221, version: 2, replaces: [221] }, away);
  for (const hours of [26, 28]) await bench.deliverAll({ shared, now: later(hours * HOUR) });
  expect(await ofRole('shared')).toMatchObject([{ state: 'sent' }, { state: 'sent' }]);
  const inOrder = (await heldThere()).filter(({ uniqueId }) => /\.22[12]$/.test(uniqueId));
  expect(inOrder.map(({ uniqueId }) => uniqueId)).toEqual([id(221), id(222)]);
  await bench.db.script('truncate exchange.delivery');
  await send(220, {}, away);
  expect(await ofRole('shared')).toMatchObject([{ state: 'waiting', reason: 'shared.unreachable' }]);
  expect(await ofRole('prescriber')).toMatchObject([{ state: 'sent' }]);
  // The same document, at the address where that record answers.
  await bench.deliverAll({ shared, now: later(2 * HOUR) });
  expect(await ofRole('shared')).toMatchObject([{ state: 'sent' }]);
  expect((await heldThere()).map(({ uniqueId }) => uniqueId)).toContain(id(220));
});

test('while it says that it is busy (503, 429, 408), it is asked again, and not before the time that it gives (Retry-After)', async () => {
  const said = [
    { status: 503, headers: { 'retry-after': String((5 * HOUR) / 1_000) } },
    { status: 429, headers: { 'retry-after': new Date(Date.now() + 12 * HOUR).toUTCString() } },
    { status: 408, headers: {} },
    { status: 502, headers: {} },
  ];
  let asked = 0;
  const busy = createServer((request, answer) => {
    request.resume();
    const { status, headers } = said[asked++]!;
    answer.writeHead(status, headers).end();
  });
  await new Promise<void>((resolve) => busy.listen(0, '127.0.0.1', resolve));
  try {
    const record = at(`http://127.0.0.1:${(busy.address() as AddressInfo).port}/fhir`);
    const nextInHours = async () => {
      const [row] = await bench.db.query<{ nextAt: Date; state: string; reason: string }>(
        '',
        `select next_at as "nextAt", state, reason from exchange.delivery where role = 'shared'`,
      );
      expect(row).toMatchObject({ state: 'waiting', reason: 'shared.unreachable' });
      return (row!.nextAt.getTime() - Date.now()) / HOUR;
    };
    await send(240, {}, record);
    expect(await nextInHours()).toBeGreaterThan(4.9);
    await bench.deliverAll({ shared: record, now: later(4 * HOUR) });
    expect(asked).toBe(1);
    await bench.deliverAll({ shared: record, now: later(6 * HOUR) });
    expect(asked).toBe(2);
    expect(await nextInHours()).toBeGreaterThan(17.9);
    await bench.deliverAll({ shared: record, now: later(17 * HOUR) });
    expect(asked).toBe(2);
    for (const hours of [19, 22]) await bench.deliverAll({ shared: record, now: later(hours * HOUR) });
    expect(asked).toBe(4);
    expect(await nextInHours()).toBeGreaterThan(22);
    await bench.deliverAll({ shared, now: later(25 * HOUR) });
    expect(await ofRole('shared')).toMatchObject([{ state: 'sent' }]);
    expect((await heldThere()).map(({ uniqueId }) => uniqueId)).toContain(id(240));
  } finally {
    await new Promise((resolve) => busy.close(resolve));
  }
});

test('what it took of a document that left the record is withdrawn there, and nothing else is; what it will not withdraw is for a person', async () => {
  await send(229);
  const documentId = await send(230);
  const [row] = await bench.db.query<{ patientId: string }>('', 'select patient_id as "patientId" from exchange.delivery limit 1');
  const event = { patientId: row!.patientId, eventId: documentId, documentId, structure: LABORATORY.finess, kind: 'report-withdrawn' };
  const withdrawnThere = () =>
    there.database.db.query<{ uniqueId: string }>(
      '',
      `select d.unique_id as "uniqueId" from record.document_event e join record.document d using (patient_id, document_id) where e.kind = 'delete'`,
    );
  await noteEvents(bench.db, [event], new Date());
  await bench.routeAll({ sharedWith: shared.records });
  await bench.deliverAll({ shared: away });
  expect((await ofRole('shared')).at(-1)).toMatchObject({ state: 'waiting', reason: 'shared.unreachable' });
  expect(await withdrawnThere()).toEqual([]);
  await bench.deliverAll({ shared, now: later(2 * HOUR) });
  expect((await ofRole('shared')).at(-1)).toMatchObject({ state: 'sent' });
  expect(await withdrawnThere()).toEqual([{ uniqueId: id(230) }]);

  const refusing: SharedRecords = { ...shared, withdraw: async () => ({ kind: 'refused', code: 'shared.recall', reply: 'access.denied' }) };
  const first = await send(231);
  await noteEvents(bench.db, [{ ...event, eventId: first, documentId: first }], new Date());
  await bench.routeAll({ sharedWith: shared.records });
  await bench.deliverAll({ shared: refusing });
  expect((await ofRole('shared')).at(-1)).toMatchObject({ state: 'dead', reason: 'shared.recall' });
});
