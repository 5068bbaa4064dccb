/** One send feeds the software of a hospital and of practices, each as it speaks: corrected, withdrawn and caught up with like a mail. */
import { mkdirSync, readdirSync, readFileSync, renameSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { COLLEAGUE, exchangeBench, HOUR, later, PARTNER, PRESCRIBER, reportFor } from '../../test/support/exchange.ts';
import { PEOPLE } from '../../test/support/people.ts';
import { LABORATORY, POTASSIUM } from '../../test/support/reports.ts';
import { testServer } from '../../test/support/server.ts';
import { temporaryFolder } from '../../test/support/temporary-folder.ts';
import { registerSenders, registerStructures } from '../directory/index.ts';
import type { SoftwareDestination, SoftwareLink, Trace } from '../exchange/contract.ts';
import { noteEvents, openSoftwareLinks, writeSoftware } from '../exchange/index.ts';
import { messageHeaderOf, readAny, readHl7Message, readLabReport, readXdm, writeAck } from '../formats/index.ts';
import { readConfig, Refusal } from '../kernel/index.ts';
import { MllpClient, type MllpListener, startMllpListener } from '../transports/index.ts';
import { fhirSharing } from './fhir-sharing.ts';
import { openMllpDoor } from './mllp-door.ts';

const bench = exchangeBench();
const there = testServer({ listens: true });
const folder = temporaryFolder('software-links');
const links = openSoftwareLinks({ folder, fhir: fhirSharing });
const SECRET = 'a-secret-of-the-tests-only';
const PLACE = PRESCRIBER.structures[0]!;
const id = (n: number) => `1.2.250.1.999.7.${LABORATORY.finess}.${n}`;

let hospital: MllpListener;
/** What the software of the hospital heard, and what it says no with. */
let heard: Buffer[] = [];
let refuses: Refusal | undefined;

beforeAll(async () => {
  const { db } = there.database;
  await registerStructures(db, [{ ...LABORATORY, kind: 'laboratory' }]);
  const gateway = { clientId: 'plateforme', name: 'Plateforme', structures: [LABORATORY.finess], formats: ['cda-cr-bio'] };
  await registerSenders(db, [{ ...gateway, secret: SECRET, state: 'production', connectedSince: new Date() }], 'demo');
  mkdirSync(join(folder, 'ch-fhir'));
  mkdirSync(join(folder, 'ch-folder', 'documents'), { recursive: true });
  writeFileSync(join(folder, 'ch-fhir', 'token'), await there.tokenOf('plateforme', SECRET));
  hospital = await startMllpListener({
    host: '127.0.0.1',
    port: 0,
    receive: async (message) => {
      heard.push(message);
      const answer = { controlId: `${heard.length}`, at: '20261122120000', ...(refuses && { refusal: refuses }) };
      return Buffer.from(writeAck(messageHeaderOf(message), answer));
    },
    refuse: (refusal, head) => Buffer.from(writeAck(messageHeaderOf(head), { controlId: '0', at: '20261122120000', refusal })),
    onError: () => {},
  });
});
afterAll(async () => {
  await links.close();
  await hospital.stop();
});
beforeEach(() => {
  heard = [];
  refuses = undefined;
});

const hl7 = (results: 'oru' | 'mdm', port = hospital.port): SoftwareLink => ({
  kind: 'hl7',
  host: '127.0.0.1',
  port,
  isTls: false,
  results,
});
const fhir = (base = `${there.url}/fhir`): SoftwareLink => ({ kind: 'fhir', base, sourceId: '1.2.250.1.999.20' });
const software = (link: SoftwareLink): SoftwareDestination => ({ id: `ch-${link.kind}`, name: 'Logiciel du CH', serves: [PLACE], link });

async function inForce(...all: SoftwareLink[]): Promise<void> {
  const [last] = await bench.db.query<{ n: number }>('', 'select coalesce(max(version), 0)::int as n from exchange.software_set');
  const by = { id: 'command-line', name: 'essai' };
  await writeSoftware(bench.db, { from: last!.n, destinations: all.map(software), words: 'essai', by, now: new Date() });
}

async function send(n: number, more: Parameters<typeof reportFor>[2] = {}, now = () => new Date()): Promise<string> {
  const documentId = await bench.deposit(reportFor(n, { prescribers: [PRESCRIBER] }, more));
  await bench.routeAll();
  await bench.deliverAll({ software: links, now });
  return documentId;
}
async function withdraw(documentId: string): Promise<void> {
  const [row] = await bench.db.query<{ patientId: string }>('', 'select patient_id as "patientId" from exchange.delivery limit 1');
  const event = { patientId: row!.patientId, eventId: documentId, documentId, structure: LABORATORY.finess, kind: 'report-withdrawn' };
  await noteEvents(bench.db, [event], new Date());
  await bench.routeAll();
  await bench.deliverAll({ software: links });
}
const toSoftware = () =>
  bench.db.query<{ action: string; state: string; reason: string | null; rule: string }>(
    '',
    `select action, state, reason, rule from exchange.delivery where role = 'software' order by delivery_id`,
  );
const documentsIn = (name: string) => readdirSync(join(folder, name, 'documents')).toSorted();

test('the software of the place where the prescriber works gets the results as ORU^R01 and says AA; a correction follows, a withdrawal takes each result back', async () => {
  await inForce(hl7('oru'));
  const first = await send(300, { set: 300 });
  expect(await toSoftware()).toEqual([{ action: 'send', state: 'delivered', reason: null, rule: 'R-21' }]);
  const report = reportFor(300, { prescribers: [PRESCRIBER] }, { set: 300 });
  const read = readLabReport(heard[0]!);
  expect([read.id, read.patient.ids]).toEqual([report.id, report.patient.ids]);
  await send(301, { set: 300, version: 2, replaces: [300] });
  expect(heard).toHaveLength(2);
  await withdraw(first);
  expect(heard[2]!.toString().match(/^OBX(\|[^|\r]*){10}\|W/gm)).toHaveLength(heard[0]!.toString().match(/^OBX/gm)!.length);
  expect(messageHeaderOf(heard[2]!)!.controlId).not.toBe(messageHeaderOf(heard[0]!)!.controlId);
  expect((await toSoftware()).at(-1)).toMatchObject({ action: 'recall', state: 'delivered' });
});

test('as MDM it gets the very document with its identifier: T02, then T10 that names what it replaces, then T04', async () => {
  await inForce(hl7('mdm'));
  await send(310, { set: 310 });
  const corrected = await send(311, { set: 310, version: 2, replaces: [310] });
  await withdraw(corrected);
  const messages = heard.map((one) => readHl7Message(one));
  expect(messages.map((one) => (one.kind === 'document' ? [one.action, one.documentId?.root, one.parentId?.root] : []))).toEqual([
    ['new', id(310), undefined],
    ['replace', id(311), id(310)],
    ['delete', id(311), id(310)],
  ]);
});

test.each([
  ['documents', 320, 'document'],
  ['resources, with the digits that the laboratory prints', 322, 'resources'],
] as const)('by FHIR, another instance has it as %s under the same identifier, its correction in its place, and none of what is withdrawn', async (_, n, results) => {
  await inForce({ ...fhir(), results } as SoftwareLink);
  const heldThere = async () => {
    const rows = await there.database.db.query<{ uniqueId: string; format: string; results: string; gone: boolean }>(
      '',
      `select d.unique_id as "uniqueId", o.media_type as format, d.results, exists (select from record.document_event e where e.document_id = d.document_id and e.kind = 'delete') as gone
         from record.document d join record.original o using (patient_id, document_id) where d.unique_id = any($1::text[]) order by version`,
      [[id(n), id(n + 1)]],
    );
    return rows.map(({ uniqueId, gone, ...row }) => [uniqueId, gone, row.format.includes('fhir'), row.results.includes('"5,60"')]);
  };
  const isResources = results === 'resources';
  await send(n, { set: n, results: [POTASSIUM] });
  const corrected = await send(n + 1, { set: n, version: 2, replaces: [n], results: [POTASSIUM] });
  expect(await heldThere()).toEqual([
    [id(n), false, isResources, true],
    [id(n + 1), false, isResources, true],
  ]);
  await withdraw(corrected);
  expect((await heldThere()).at(-1)).toEqual([id(n + 1), true, isResources, true]);
  const delivery = (await traceOf(n)).deliveries.find(({ role }) => role === 'software')!;
  expect(delivery.steps.map(({ step }) => step)).toEqual(['routed', 'prepared', 'sent', 'filed']);
  expect(delivery.messages).toHaveLength(1);
});

const traceOf = async (n: number) => {
  const who = { id: 'rpps:899700000077', name: 'Dr Iris TUBE-DEMO', role: 'biologist', organisation: LABORATORY } as const;
  return (await bench.server.app.inject({ url: `/api/exchange/trace?id=${id(n)}`, headers: await bench.server.as(who) })).json<Trace>();
};

test('that it was read in the software of the place is told by HL7 v2 (ZAM^Z03) or by FHIR (AuditEvent): the laboratory reads by whom; nobody else says it, of nobody else', async () => {
  const { database, relay, tables, app, tokenOf } = bench.server;
  const system = (clientId: string, structures: string[]) => ({
    clientId,
    name: 'Logiciel',
    structures,
    formats: [],
    secret: SECRET,
    state: 'production' as const,
    connectedSince: new Date(),
  });
  await registerSenders(database.db, [system('LOGICIEL-CH', [PLACE]), system('AILLEURS', [LABORATORY.finess])], 'demo');
  const journey = { db: database.db, relay, tables, mode: 'demo' as const, zone: 'Europe/Paris' };
  const door = await openMllpDoor({ config: readConfig({ MLLP_PORT: '0' }), journey, onError: () => {} });
  const client = new MllpClient({ host: '127.0.0.1', port: door!.port });
  const byHl7 = async (from: string, about: string, rpps: string) => {
    const said = [
      `MSH|^~\\&|${from}|CH|CIGOGNE||20261122120000||ZAM^Z03^ZAM_Z01|1|P|2.6|||||FRA|UNICODE UTF-8`,
      'EVN||20261122120000',
      `OBX|1|CWE|ACK_LECTURE_MSS^Accusé de lecture^AckMetierZAM|${about}|Y^^expandedYes-NoIndicator||||||F`,
      `OBX|2|XTN|LECTEUR_MSS^Lecteur^AckMetierZAM|${rpps}|^^X.400^||||||F`,
    ];
    const answer = readHl7Message(await client.send(Buffer.from(said.join('\r'))));
    return answer.kind === 'ack' ? answer.code : answer.kind;
  };
  const telling = async (from: string, uniqueId: string, rpps: string, outcome = '0') => {
    const agent = [{ requestor: true, who: { identifier: { system: 'urn:oid:1.2.250.1.71.4.2.1', value: rpps } } }];
    const entity = [
      { what: { identifier: { system: 'urn:oid:1.2.250.1.213.1.4.10', value: '299999999999934' } }, role: { code: '1' } },
      { what: { identifier: { value: 'urn:uuid:6a0cc2d3-4b4b-4b57-9e5b-8f0d0b0e3a11' } }, type: { code: 'XrequestId' } },
      { what: { identifier: { system: 'urn:ietf:rfc:3986', value: `urn:oid:${uniqueId}` } }, role: { code: '4' } },
    ];
    const headers = { authorization: `Bearer ${await tokenOf(from, SECRET)}`, 'content-type': 'application/fhir+json' };
    const payload = JSON.stringify({ resourceType: 'AuditEvent', action: 'R', outcome, recorded: new Date().toISOString(), agent, entity });
    return app.inject({ method: 'POST', url: '/fhir/AuditEvent', headers, payload });
  };
  const byFhir = async (...told: Parameters<typeof telling>) => (await telling(...told)).statusCode;
  const readBy = async (n: number) => {
    const { state, steps } = (await traceOf(n)).deliveries.find(({ role }) => role === 'software')!;
    return [state, ...steps.flatMap(({ step, actor }) => (step === 'read' ? [actor] : []))];
  };
  await inForce(hl7('mdm'));
  await send(360);
  const number = messageHeaderOf(heard[0]!)!.controlId!;
  // Another system, a reader of elsewhere, a number that nobody gave.
  expect(await byHl7('AILLEURS', number, PRESCRIBER.rpps)).not.toBe('AA');
  expect(await byHl7('LOGICIEL-CH', number, COLLEAGUE.rpps)).not.toBe('AA');
  expect(await byFhir('AILLEURS', id(360), PRESCRIBER.rpps)).toBe(404);
  expect(await byFhir('LOGICIEL-CH', id(360), COLLEAGUE.rpps)).toBe(403);
  expect(await byFhir('LOGICIEL-CH', id(999), PRESCRIBER.rpps)).toBe(404);
  const failed = await telling('LOGICIEL-CH', id(360), PRESCRIBER.rpps, '8');
  expect(failed.statusCode).toBe(201);
  expect(await readBy(360)).toEqual(['delivered']);
  expect(await byHl7('LOGICIEL-CH', number, PRESCRIBER.rpps)).toBe('AA');
  expect(await byHl7('LOGICIEL-CH', number, PRESCRIBER.rpps)).toBe('AA');
  expect(await readBy(360)).toEqual(['read', 'Anne LEFEVRE-DEMO']);
  expect(await byFhir('LOGICIEL-CH', id(360), PARTNER.rpps)).toBe(201);
  expect(await readBy(360)).toEqual(['read', 'Anne LEFEVRE-DEMO', 'Jules BLANC-DEMO']);
  const events = await bench.db.query<{ patientId: string }>(
    '',
    `select patient_id as "patientId" from access.audit_event where action = 'reading.tell' and patient_id is not null`,
  );
  expect(events).toHaveLength(4);
  // Where it is said to be, whoever may read the trail finds it.
  const own = await bench.server.as({ ...PEOPLE.patient, patientId: events[0]!.patientId });
  const event = await app.inject({ url: new URL(String(failed.headers['location'])).pathname, headers: own });
  expect([event.statusCode, event.json()]).toMatchObject([
    200,
    {
      action: 'R',
      outcome: '4',
      outcomeDesc: 'reading-failed',
      entity: [{}, { what: { reference: expect.stringMatching(/^DocumentReference\//) } }],
    },
  ]);
  await client.close();
  await door!.stop();
});

test('in a folder the archive is whole under its name, beside it the archive that takes it back; a PDF is taken back by words', async () => {
  await inForce({ kind: 'folder', format: 'xdm' });
  await withdraw(await send(330));
  expect(documentsIn('ch-folder')).toEqual([`${id(330)}.retrait.zip`, `${id(330)}.zip`]);
  const [sent, back] = [`${id(330)}.zip`, `${id(330)}.retrait.zip`].map((name) =>
    readFileSync(join(folder, 'ch-folder', 'documents', name)),
  );
  expect(readAny(sent!).contents[0]).toMatchObject({ kind: 'report', report: { id: { root: id(330) } } });
  expect(readXdm(back!).submissions[0]!.documents[0]!.action).toBe('delete');
  await inForce({ kind: 'folder', format: 'pdf' });
  await withdraw(await send(331));
  expect(documentsIn('ch-folder').slice(2)).toEqual([`${id(331)}.pdf`, `${id(331)}.retrait.txt`]);
});

test.each([
  [
    'HL7 v2',
    () => hl7('mdm', 9),
    () => hl7('mdm'),
    async () => heard.map((one) => readHl7Message(one)).flatMap((one) => (one.kind === 'document' ? one.documentId!.root : [])),
  ],
  [
    'FHIR',
    () => fhir('http://127.0.0.1:9/fhir'),
    () => fhir(),
    async () => {
      const rows = await there.database.db.query<{ uniqueId: string }>(
        '',
        'select unique_id as "uniqueId" from record.document order by received_at, document_id',
      );
      return rows.map(({ uniqueId }) => uniqueId).filter((one) => /\.34\d$/.test(one));
    },
  ],
  [
    'folder',
    () => {
      renameSync(join(folder, 'ch-folder', 'documents'), join(folder, 'not-mounted'));
      return { kind: 'folder' as const, format: 'cda' as const };
    },
    () => {
      renameSync(join(folder, 'not-mounted'), join(folder, 'ch-folder', 'documents'));
      return { kind: 'folder' as const, format: 'cda' as const };
    },
    async () => {
      const files = documentsIn('ch-folder').filter((one) => /\.39\d\.xml$/.test(one));
      const written = (one: string) => statSync(join(folder, 'ch-folder', 'documents', one)).mtimeMs;
      return files.toSorted((a, b) => written(a) - written(b)).map((one) => one.replace('.xml', ''));
    },
  ],
])('a software that is away for a day (%s) holds back no mail, and catches up in order', async (name, away, back, got) => {
  const n = { FHIR: 340, 'HL7 v2': 345, folder: 390 }[name]!;
  await inForce(away());
  await send(n, { set: n });
  for (let hour = 1; hour < 24; hour += 1) await bench.deliverAll({ software: links, now: later(hour * HOUR) });
  await send(n + 1, { set: n, version: 2, replaces: [n] }, later(24 * HOUR));
  expect(bench.post.mails).toHaveLength(2);
  expect((await toSoftware()).map(({ state, reason }) => [state, reason])).toContainEqual(['waiting', 'software.unreachable']);
  await inForce(back());
  for (const hours of [26, 28]) await bench.deliverAll({ software: links, now: later(hours * HOUR) });
  const done = name === 'folder' ? 'sent' : 'delivered';
  expect((await toSoftware()).map(({ state }) => state)).toEqual([done, done]);
  expect(await got()).toEqual([id(n), id(n + 1)]);
});

test('what it refuses (AR) is for a person, with its code and no name; what it cannot take now (AE) is tried for an hour; a replay goes', async () => {
  await inForce(hl7('mdm'));
  refuses = new Refusal('report.unreadable', 'ESSAI-DURAND inconnue', { at: 'PID' });
  await send(350);
  expect(await toSoftware()).toMatchObject([{ state: 'dead', reason: 'software.refused' }]);
  const [told] = await bench.db.query<{ detail: string }>('', `select detail from exchange.attempt where step = 'dead'`);
  expect(told!.detail).toContain('AR');
  expect(told!.detail).not.toContain('ESSAI');
  refuses = new Refusal('store.unavailable', 'plus tard');
  await send(351);
  expect((await toSoftware())[1]).toMatchObject({ state: 'waiting', reason: 'software.not-now' });
  await bench.deliverAll({ software: links, now: later(2 * HOUR) });
  expect((await toSoftware())[1]).toMatchObject({ state: 'dead', reason: 'software.not-now' });
  refuses = undefined;
  const dead = await bench.db.query<{ id: string }>('', `select delivery_id as id from exchange.delivery where state = 'dead'`);
  const replayed = await bench.server.app.inject({
    method: 'POST',
    url: '/api/exchange/replay',
    headers: await bench.server.as({ id: 'operator:1', name: 'Exploitation', role: 'operator' }),
    payload: { deliveryIds: dead.map((one) => one.id) },
  });
  expect(replayed.json()).toMatchObject({ replayed: 2 });
  await bench.deliverAll({ software: links });
  expect((await toSoftware()).map(({ state }) => state)).toEqual(['delivered', 'delivered']);
});
