/** A report in HL7 or HPRIM that came by mail: filed with one gesture, of this patient and nobody else's. */
import { beforeAll, expect, test } from 'vitest';
import { PATIENT_ID, PEOPLE } from '../../test/support/people.ts';
import { JEANNE, LABORATORY, MARIE, reportOf } from '../../test/support/reports.ts';
import { testServer } from '../../test/support/server.ts';
import { registerLinks } from '../access/index.ts';
import { registerSenders, registerStructures } from '../directory/index.ts';
import { type PrintedPatient, readAny, writeAs, writeCda } from '../formats/index.ts';
import { registerPatients, traitsOf } from '../identity/index.ts';
import { fileMailed } from './file-mailed.ts';

const FROM = 'resultats@labo.mssante.example';
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
  const [content] = readAny(Buffer.from(writeCda(reportOf(n, { patient })))).contents;
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
