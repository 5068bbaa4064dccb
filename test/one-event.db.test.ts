import { beforeAll, expect, test, vi } from 'vitest';
import { registerLinks } from '../src/access/index.ts';
import { receiveAdt, receiveWithdrawal } from '../src/flows/index.ts';
import { pdfOf, readHl7Message, writeClinicalDocument } from '../src/formats/index.ts';
import { testLaboratory } from './support/laboratory.ts';
import { HOSPITAL, letterOf } from './support/letters.ts';
import { PEOPLE } from './support/people.ts';
import { JEANNE, LABORATORY, reportOf } from './support/reports.ts';
import { testServer } from './support/server.ts';

/*
 * One event for each thing done, whatever the door: reading, searching, writing, refusing, an emergency, an export, and what systems do. The doors
 * of people are all counted in doors.db.test.ts when they refuse; here each kind is counted when it is done.
 */

const server = testServer();
const laboratory = testLaboratory(server, 'lis-essai', [LABORATORY, HOSPITAL]);
const SYSTEM = { ...PEOPLE['laboratory-system'], structures: [LABORATORY.finess, HOSPITAL.finess] };
let patientId = '';
let letter = '';

const drained = async () => {
  server.relay.wake();
  await vi.waitUntil(async () => (await server.database.db.query('', 'select from record.outbox')).length === 0, {
    timeout: 25_000,
    interval: 10,
  });
};
/** The events that an act leaves, once the relay has told all of it: `action`, or `action refused`. */
async function eventsOf(act: () => Promise<unknown>): Promise<string[]> {
  const last = async () =>
    server.database.db.query<{ chain: string; sequence: number }>(
      '',
      'select chain, max(sequence) as sequence from access.audit_event group by chain',
    );
  const before = new Map((await last()).map(({ chain, sequence }) => [chain, sequence]));
  await act();
  await drained();
  const events = await server.database.db.query<{ chain: string; sequence: number; action: string; allowed: boolean }>(
    '',
    'select chain, sequence, action, allowed from access.audit_event order by at, sequence',
  );
  return events
    .filter(({ chain, sequence }) => sequence > (before.get(chain) ?? 0))
    .map(({ action, allowed }) => (allowed ? action : `${action} refused`));
}
const ask = async (who: keyof typeof PEOPLE, method: 'GET' | 'POST', path: string, payload?: object) => {
  const principal = who === 'patient' ? { ...PEOPLE.patient, patientId } : PEOPLE[who];
  return server.app.inject({ method, url: `/api${path}`, headers: await server.as(principal), ...(payload && { payload }) });
};
const record = (path: string) => `/patients/${patientId}${path}`;

beforeAll(async () => {
  await laboratory.deposit(reportOf(1));
  const filed = await laboratory.deposit(writeClinicalDocument(letterOf(1)));
  letter = filed.documentId!;
  const { db } = server.database;
  const [row] = await db.query<{ id: string }>('', 'select patient_id as id from record.document where document_id = $1', [letter]);
  patientId = row!.id;
  await registerLinks(db, [{ patientId, holder: { person: PEOPLE.gp.id }, kind: 'treating-doctor', since: new Date(0) }], 'test');
  await drained();
});

test.each<[string, () => Promise<unknown>, string[]]>([
  ['reading the list of documents', () => ask('gp', 'GET', record('/documents')), ['document.list']],
  ['reading one document', () => ask('gp', 'GET', record(`/documents/${letter}`)), ['document.read']],
  ['taking its original', () => ask('gp', 'GET', record(`/documents/${letter}/original`)), ['document.original']],
  ['reading the biology', () => ask('gp', 'GET', record('/biology')), ['biology.read']],
  ['searching the text of documents', () => ask('gp', 'GET', record('/documents/search?q=synthese')), ['document.search']],
  ['searching a patient', () => ask('gp', 'GET', '/patients?q=essai+12/06/1955'), ['patient.search']],
  [
    'hiding a document',
    () => ask('patient', 'POST', record(`/documents/${letter}/visibility`), { act: 'hide', mask: 'MASQUE_PS' }),
    ['document.mask'],
  ],
  ['a refusal for want of a link', () => ask('nurse', 'GET', record('/biology')), ['biology.read refused']],
  ['a refusal of what does not exist', () => ask('gp', 'GET', record(`/documents/${patientId}`)), ['document.read refused']],
  [
    'an emergency',
    () => ask('specialist', 'POST', record('/break-glass'), { reason: 'Malaise, seul au cabinet' }),
    ['break-glass.declare'],
  ],
  ['a consent declared', () => ask('pharmacist', 'POST', record('/care-link')), ['care-link.declare']],
  ['what is printed from the screen', () => ask('gp', 'POST', record('/exports')), ['biology.export']],
  ['the cumulative report as a file', () => ask('gp', 'GET', record('/biology/cumul.pdf')), ['biology.export']],
  ['a decision of the patient', () => ask('patient', 'POST', record('/sharing'), { decision: 'refuse-break-glass' }), ['sharing.decide']],
  ['the list of who looked', () => ask('patient', 'GET', record('/accesses')), ['accesses.read']],
  ['a report deposited', () => laboratory.deposit(reportOf(2)), ['deposit.send']],
  ['an addendum deposited', () => laboratory.deposit(writeClinicalDocument(letterOf(2, { addsTo: [1] }))), ['deposit.send']],
  ['a deposit that waits for a person', () => laboratory.deposit(reportOf(3, { patient: { ...JEANNE, ids: [] } })), ['deposit.send']],
  ['a deposit that is refused', () => laboratory.deposit('<ClinicalDocument xmlns="urn:hl7-org:v3"/>'), ['deposit.send refused']],
  ['a message of admission', () => receiveAdt({ db: server.database.db, mode: 'demo' }, admission()), ['source.write']],
  [
    'a document filed by a doctor',
    async () => {
      const file = Buffer.from((await pdfOf(letterOf(3), 'Europe/Paris')).bytes).toString('base64');
      const about = { type: '11488-4', title: 'Consultation du genou', day: '2026-11-20' };
      return ask('gp', 'POST', record('/documents'), {
        filingId: '0190a000-0000-7000-8000-0000000000f1',
        mediaType: 'application/pdf',
        file,
        about,
      });
    },
    ['document.feed'],
  ],
  [
    'a document withdrawn by its laboratory',
    () =>
      receiveWithdrawal(
        { db: server.database.db, relay: server.relay, mode: 'demo', zone: 'Europe/Paris', tables: server.tables },
        { patient: JEANNE, uniqueIds: [reportOf(2).id.root], reason: 'une erreur', sender: SYSTEM, receivedAt: new Date() },
      ),
    ['deposit.withdraw'],
  ],
])('%s leaves one event', async (_what, act, expected) => {
  expect(await eventsOf(act)).toEqual(expected);
});

function admission() {
  const text = [
    `MSH|^~\\&|GAP|${LABORATORY.finess}|CIGOGNE|REGION|20260301080000||ADT^A08|M1|P|2.5|||||FRA|UNICODE UTF-8`,
    'EVN||20260301080000||||20260301080000',
    'PID|1||IPP-9^^^HOPITAL&1.2.250.1.999.1&ISO^PI||ESSAI-ADOUARD^JEANNE^JEANNE MARIE^^^^L||19550612|F|||^^^^^^BDL^^99042',
    'PV1|1|I|CARDIO^12^1',
  ].join('\r');
  const message = readHl7Message(Buffer.from(text));
  if (message.kind !== 'adt') throw new Error('not an ADT');
  return { message, sender: SYSTEM, receivedAt: new Date() };
}
