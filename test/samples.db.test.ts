import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { registerLinks } from '../src/access/index.ts';
import { registerSenders, registerStructures } from '../src/directory/index.ts';
import { readLabReport, resultsOf } from '../src/formats/index.ts';
import type { PatientReports, ReportView } from '../src/record/contract.ts';
import { idText } from '../src/record/index.ts';
import { PEOPLE } from './support/people.ts';
import { testServer } from './support/server.ts';

/** National sample documents, read where they lie when they are there; never copied into the project. */
const FOLDER = join(import.meta.dirname, '../../shared/samples/cda');
const names = existsSync(FOLDER) ? readdirSync(FOLDER).filter((name) => name.endsWith('.xml')) : [];
if (names.length === 0) process.stdout.write(`skipped: the national samples are not in ${FOLDER}\n`);

const LABORATORY = { finess: '120459876', name: 'Laboratoire des charmes' };
const SECRET = 'a-secret-of-the-tests-only';
const server = testServer();
let token = '';

beforeAll(async () => {
  const { db } = server.database;
  await registerStructures(db, [{ ...LABORATORY, kind: 'laboratory' }]);
  const sender = {
    clientId: 'lis-samples',
    name: 'SIL',
    structures: [LABORATORY.finess],
    formats: ['cda-cr-bio'],
    state: 'test' as const,
    secret: SECRET,
  };
  await registerSenders(db, [{ ...sender, connectedSince: new Date() }], 'demo');
  token = await server.tokenOf('lis-samples', SECRET);
});

const deposit = (bytes: Buffer) =>
  server.app.inject({
    method: 'POST',
    url: '/api/deposits',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/xml' },
    payload: bytes,
  });

/** Its birth place contradicts the one that the other samples print with the same INS. */
const CONTRADICTS = 'BIO-CR-BIO_2023.01_Electrophorese.xml';

describe.skipIf(names.length === 0)('a national sample report', () => {
  test.each(
    names.filter((name) => name !== CONTRADICTS),
  )('%s is stored through the door, and shown with every result and its narrative', async (name) => {
    const bytes = readFileSync(join(FOLDER, name));
    const printed = readLabReport(bytes);
    const answer = await deposit(bytes);
    expect([answer.statusCode, answer.json().uniqueId]).toEqual([201, idText(printed.id)]);
    const { documentId } = answer.json();
    const [row] = await server.database.db.query<{ patientId: string }>(
      'whose',
      'select patient_id as "patientId" from record.document where document_id = $1',
      [documentId],
    );
    const { patientId } = row!;
    await registerLinks(
      server.database.db,
      [{ patientId, holder: { person: PEOPLE.gp.id }, kind: 'treating-doctor', since: new Date(Date.now() - 1_000) }],
      'test',
    );
    const headers = await server.as(PEOPLE.gp);
    const all = (await server.app.inject({ url: `/api/patients/${patientId}/biology`, headers })).json() as PatientReports;
    expect(all.reports.find((report) => report.documentId === documentId)!.results).toHaveLength([...resultsOf(printed)].length);
    const view = (await server.app.inject({ url: `/api/patients/${patientId}/reports/${documentId}`, headers })).json() as ReportView;
    expect(view.sections.length > 0).toBe(printed.format !== 'cda-n1');
    expect(JSON.stringify(view.sections)).not.toMatch(/<script|javascript:|onload=/i);
    const original = await server.app.inject({ url: `/api/patients/${patientId}/reports/${documentId}/original`, headers });
    expect(original.rawPayload.equals(bytes)).toBe(true);
    const pdf = await server.app.inject({ url: `/api/patients/${patientId}/reports/${documentId}/pdf`, headers });
    const isPdf = pdf.rawPayload.subarray(0, 5).toString() === '%PDF-';
    expect([pdf.statusCode, isPdf]).toEqual(printed.pdf ? [200, true] : [404, false]);
  });

  test('whose birth place contradicts the one known for its INS waits for a person: that is the rule', async () => {
    const answer = await deposit(readFileSync(join(FOLDER, CONTRADICTS)));
    expect([answer.statusCode, answer.json().state]).toEqual([202, 'identity']);
  });
});
