/** What was filed goes to the practice's software by HL7 v2, and is noted once the software has acknowledged it. */
import { Fhir } from 'fhir';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { readAny, readHl7Message, type DocumentMessage, messageHeaderOf, writeAck, writeCda } from '../formats/index.ts';
import { Refusal } from '../kernel/index.ts';
import { type MllpListener, MllpClient, startMllpListener } from '../transports/index.ts';
import { testDatabase } from '../../test/support/database.ts';
import { chemistryReport } from '../../test/support/lab-report.ts';
import { unfile } from './decide.ts';
import { giveByMdm } from './give.ts';
import { transactionOf } from './software/transaction.ts';
import { notePatients } from './store.ts';
import { take } from './take.ts';

const database = testDatabase();
const NUMBERS = '1.2.250.1.999.42';
const heard: DocumentMessage[] = [];
let refuses: Refusal | undefined;
let software: MllpListener;
let client: MllpClient;

beforeAll(async () => {
  software = await startMllpListener({
    host: '127.0.0.1',
    port: 0,
    async receive(message) {
      const read = readHl7Message(message) as DocumentMessage;
      heard.push(read);
      return Buffer.from(
        writeAck(messageHeaderOf(message), { controlId: `A${heard.length}`, at: '20261122', ...(refuses && { refusal: refuses }) }),
      );
    },
    refuse: () => Buffer.from(''),
    onError: () => {},
  });
  client = new MllpClient({ host: '127.0.0.1', port: software.port });
  const [ins] = chemistryReport(1).patient.ids;
  const traits = {
    birthFamily: 'ESSAI',
    birthGivens: 'Lucie Anne',
    firstBirthGiven: 'Lucie',
    sex: 'F' as const,
    birthDate: '1955-06-12',
    birthPlace: { cog: '99334' },
  };
  const patient = { number: '42', ins: { oid: ins!.root, value: ins!.extension! }, isQualified: true, traits };
  await notePatients(database.db, [patient], new Date());
});
afterAll(async () => {
  await client.close();
  await software.stop();
});

const told: string[] = [];
const give = () =>
  giveByMdm(
    { db: database.db, zone: 'Europe/Paris', tell: (line) => told.push(line) },
    { numbers: NUMBERS, receivingApplication: 'LOGICIEL', send: (message) => client.send(message) },
  );
const arrives = async (n: number, more: object = {}) => {
  const report = { ...chemistryReport(2, n), ...more };
  const [taken] = await take({ db: database.db, mode: 'demo' }, Buffer.from(writeCda(report)), undefined, {
    channel: 'folder',
    reference: `${n}`,
  });
  return { report, documentId: taken!.documentId };
};

test('a document goes as MDM^T02 under the software’s own number of the patient, byte for byte, once', async () => {
  const { report } = await arrives(1);
  expect(await give()).toBe(1);
  expect(await give()).toBe(0);
  const [message] = heard.splice(0);
  expect(message).toMatchObject({
    action: 'new',
    documentId: { root: report.id.root },
    patient: { birthFamily: 'ESSAI', birthDate: '19550612' },
  });
  expect(message!.patient.ids[0]).toMatchObject({ root: NUMBERS, extension: '42' });
  const bytes = Buffer.from(message!.documents[0]!.base64, 'base64');
  expect(readAny(bytes).contents[0]).toMatchObject({ kind: 'report', report: { id: report.id } });
  expect(bytes).toEqual(Buffer.from(writeCda(report)));
});

test('a correction goes as T10 and names what it replaces; what is taken out of the record goes as T04', async () => {
  const { report, documentId } = await arrives(2);
  await arrives(3, { setId: report.setId, version: 2, replaces: [report.id] });
  await unfile(database.db, documentId, { by: 'Dr ESSAI', reason: 'autre patient' });
  expect(await give()).toBe(3);
  expect(heard.splice(0).map(({ action, parentId }) => [action, parentId?.root])).toEqual([
    ['new', undefined],
    ['replace', report.id.root],
    ['delete', undefined],
  ]);
});

test('what the software refuses is told without a name, and given again until it takes it', async () => {
  const { documentId } = await arrives(4);
  refuses = new Refusal('request.invalid', 'patient inconnu', { at: 'PID' });
  expect(await give()).toBe(0);
  expect(told.join()).toContain(documentId);
  expect(told.join()).not.toMatch(/ESSAI|Lucie/i);
  refuses = undefined;
  expect(await give()).toBe(1);
});

test('the transaction of a filing is valid FHIR R4, about the patient of the software, the same each time, its digits as printed', () => {
  const report = chemistryReport(2, 9);
  const kept = {
    documentId: '01a20381-c978-7a7a-872a-954a1089a2fa',
    uniqueId: report.id.root,
    setId: null,
    version: 1,
    title: 'CR',
    producer: 'LBM',
  };
  const of = (kind: 'filed' | 'unfiled') =>
    transactionOf({
      kept,
      content: { kind: 'report', report },
      step: { stepId: 1, kind },
      patient: '42',
      now: new Date(0),
      zone: 'Europe/Paris',
    });
  const text = of('filed');
  expect(new Fhir().validate(JSON.parse(text) as object).messages.filter(({ severity }) => String(severity) === 'error')).toEqual([]);
  expect(of('filed')).toBe(text);
  expect(text).toContain('"value":1.10');
  const resources = (JSON.parse(text) as { entry: { resource: { resourceType: string; subject?: { reference: string } } }[] }).entry;
  expect(resources.map(({ resource }) => resource.resourceType)).not.toContain('Patient');
  expect(new Set(resources.flatMap(({ resource }) => resource.subject?.reference ?? []))).toEqual(new Set(['Patient/42']));
  // Taken back: the same resources, said to be wrong, and nothing more to read.
  expect(of('unfiled').match(/"status":"entered-in-error"/g)!.length).toBeGreaterThan(3);
  expect(of('unfiled')).not.toContain('"resourceType":"Task"');
});
