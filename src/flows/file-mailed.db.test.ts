/** Reports in HL7 or HPRIM that came by mail: each filed with one gesture, of this patient and nobody else's. */
import MailComposer from 'nodemailer/lib/mail-composer';
import { beforeAll, expect, test } from 'vitest';
import { PATIENT_ID, PEOPLE } from '../../test/support/people.ts';
import { JEANNE, LABORATORY, MARIE, POTASSIUM, reportOf } from '../../test/support/reports.ts';
import { testServer } from '../../test/support/server.ts';
import { registerLinks } from '../access/index.ts';
import { registerPractitioners, registerSenders, registerStructures } from '../directory/index.ts';
import { type PrintedPatient, readAny, writeAs, writeCda } from '../formats/index.ts';
import { registerPatients, traitsOf } from '../identity/index.ts';
import type { MailList, MailThread } from '../mail/contract.ts';
import { takeMail } from '../mail/index.ts';
import { fileMailed } from './file-mailed.ts';

const FROM = 'resultats@labo.mssante.example';
const MAILBOX = 'anne@cabinet.mssante.example';
const MARIE_ID = '0192a000-0000-7000-8000-00000000aaaa';
const server = testServer();

beforeAll(async () => {
  const { db } = server.database;
  const [ins] = JEANNE.ids;
  const traits = traitsOf(JEANNE) as Parameters<typeof registerPatients>[1][number]['traits'];
  await registerPatients(
    db,
    [{ patientId: PATIENT_ID, traits, status: 'qualified', ins: { oid: ins!.root, value: ins!.extension! } }],
    new Date(),
  );
  await registerStructures(db, [{ ...LABORATORY, kind: 'laboratory' }]);
  const lis = { clientId: 'lis', name: 'SIL', structures: [LABORATORY.finess], formats: ['hprim'], mailboxes: [FROM] };
  const gp = { rpps: PEOPLE.gp.id.slice('rpps:'.length), family: 'LEFEVRE-DEMO', given: 'Anne', mailboxes: [MAILBOX], structures: [] };
  await registerPractitioners(db, [gp]);
  await registerSenders(db, [{ ...lis, state: 'production', connectedSince: new Date() }], 'demo');
  const link = {
    patientId: PATIENT_ID,
    holder: { person: PEOPLE.gp.id },
    kind: 'treating-doctor' as const,
    since: new Date(Date.now() - 60_000),
  };
  await registerLinks(db, [link], 'test');
});

const bytesOf = (n: number, format: 'hl7' | 'hprim', patient: PrintedPatient) => {
  const [content] = readAny(
    Buffer.from(
      writeCda(reportOf(n, { patient, results: [{ ...POTASSIUM, value: { type: 'quantity', value: `4.${n}`, unit: 'mmol/L' } }] })),
    ),
  ).contents;
  const sender = { name: 'LABO', software: 'S', version: '1', publisher: 'P' };
  return Buffer.from(
    writeAs(content!, format, { now: new Date(), zone: 'Europe/Paris', sender, action: 'new', visibility: [] } as never).bytes,
  );
};
const file = (bytes: Buffer, from = FROM) => {
  const journey = { db: server.database.db, relay: server.relay, mode: 'demo' as const, zone: 'Europe/Paris', tables: server.tables };
  return fileMailed(journey, { who: PEOPLE.gp, patientId: PATIENT_ID, bytes, from, via: 'test', now: new Date() });
};

test.each(['hl7', 'hprim'] as const)('in %s it is a report of the record, with its results, once', async (format) => {
  const bytes = bytesOf(format === 'hl7' ? 1 : 2, format, JEANNE);
  const [first, again] = [await file(bytes), await file(bytes)];
  expect([first.isNew, again.isNew, again.documentId]).toEqual([true, false, first.documentId]);
  const [row] = await server.database.db.query<{ patient: string; results: number }>(
    'filed',
    `select patient_id as patient, jsonb_array_length(results::jsonb) as results from record.document where document_id = $1`,
    [first.documentId],
  );
  expect(row).toEqual({ patient: PATIENT_ID, results: 1 });
});

test.each(['hl7', 'hprim'] as const)('in %s, of somebody else, it is refused and nothing is kept', async (format) => {
  await expect(file(bytesOf(3, format, MARIE))).rejects.toMatchObject({ code: 'document.other-patient' });
});

test('in HPRIM from nobody known it is not filed: nobody says which laboratory wrote it', async () => {
  await expect(file(bytesOf(4, 'hprim', JEANNE), 'inconnu@ailleurs.example')).rejects.toMatchObject({ code: 'deposit.wrong-structure' });
});

test('in HPRIM, a correction takes the place of what was final under the same dossier', async () => {
  const dossier = (value: string, state: string) => {
    const lines = bytesOf(9, 'hprim', JEANNE).toString('latin1').split('\r\n');
    lines[8] = 'D-99';
    const coded = /^(RES\|(?:[^|]*\|){3})[^|]*((?:\|[^|]*){4})\|[^|]*/;
    return Buffer.from(lines.map((line) => line.replace(coded, `$1${value}$2|${state}`)).join('\r\n'), 'latin1');
  };
  const wrong = await file(dossier('7.1', 'F'));
  const right = await file(dossier('4.1', 'C'));
  const url = `/api/patients/${PATIENT_ID}/reports/${right.documentId}`;
  const answer = await server.app.inject({ url, headers: await server.as(PEOPLE.gp) });
  expect(answer.json()).toMatchObject({
    results: [{ text: '4,1' }],
    versions: [
      { documentId: right.documentId, isCurrent: true },
      { documentId: wrong.documentId, isCurrent: false },
    ],
  });
});

test('of several people in one file, each is filed for its patient: by INS with no doubt, by names and birth for whom one follows', async () => {
  const { db } = server.database;
  const [ins] = MARIE.ids;
  const traits = traitsOf(MARIE) as Parameters<typeof registerPatients>[1][number]['traits'];
  await registerPatients(
    db,
    [{ patientId: MARIE_ID, traits, status: 'qualified', ins: { oid: ins!.root, value: ins!.extension! } }],
    new Date(),
  );
  const seen = async () => {
    const headers = await server.as(PEOPLE.gp);
    const get = async <T>(url: string) => (await server.app.inject({ method: 'GET', url, headers })).json<T>();
    const [line] = (await get<MailList>('/api/mail')).threads;
    const { patient, messages } = await get<MailThread>(`/api/mail/messages/${line!.messageId}`);
    const put = (attachment: number, part: number, patientId: string) => {
      const url = `/api/mail/messages/${line!.messageId}/attachments/${attachment}/file`;
      return server.app.inject({ method: 'POST', url, headers, payload: { part, patientId } });
    };
    return { patient, documents: messages[0]!.documents, put };
  };
  const hprim = Buffer.concat([5, 6].map((n) => bytesOf(n, 'hprim', n === 5 ? JEANNE : MARIE))).toString('latin1');
  const attachments = [
    { filename: 'jour.hl7', content: Buffer.concat([bytesOf(7, 'hl7', JEANNE), bytesOf(8, 'hl7', MARIE)]) },
    { filename: 'jour.hpr', content: Buffer.from(hprim.replace('****FINFICHIER****\r\n', ''), 'latin1') },
  ];
  const raw = await new MailComposer({ from: FROM, to: MAILBOX, subject: 'Résultats du jour', text: '', attachments }).compile().build();
  await takeMail({ db, mode: 'demo' }, { address: MAILBOX, raw, now: new Date() });
  const of = ({ documents }: Awaited<ReturnType<typeof seen>>) => documents.map((one) => one.of && [one.of.patientId, one.of.isSure]);

  const before = await seen();
  expect(before.patient).toBeUndefined();
  expect(of(before)).toEqual([[PATIENT_ID, true], [MARIE_ID, true], [PATIENT_ID, false], undefined]);
  // Marie is followed by nobody here: her record takes what names her by INS as the matrix says, and she is offered for nothing else.
  const answers = [await before.put(0, 0, PATIENT_ID), await before.put(1, 0, PATIENT_ID), await before.put(0, 1, PATIENT_ID)];
  expect(answers.map(({ statusCode }) => statusCode)).toEqual([201, 201, 422]);
  const after = await seen();
  expect(after.documents.map(({ documentId }) => documentId !== undefined)).toEqual([true, false, true, false]);
});
