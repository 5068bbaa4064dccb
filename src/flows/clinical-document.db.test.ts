import { beforeAll, describe, expect, test } from 'vitest';
import { HOSPITAL, letterOf } from '../../test/support/letters.ts';
import { JEANNE, LABORATORY, POTASSIUM, quantity, reportOf } from '../../test/support/reports.ts';
import { PEOPLE } from '../../test/support/people.ts';
import { tinyPdf } from '../demo/pdf.ts';
import { testServer } from '../../test/support/server.ts';
import { registerSenders, registerStructures } from '../directory/index.ts';
import { type ClinicalDocument, type LabReport, writeCda, writeClinicalDocument } from '../formats/index.ts';
import { documentsOf } from '../record/index.ts';
import { receiveDocument } from './index.ts';

const server = testServer();
const SECRET = 'a-secret-of-the-tests-only';
const tokens = new Map<string, string>();

beforeAll(async () => {
  const { db } = server.database;
  await registerStructures(db, [
    { ...HOSPITAL, kind: 'hospital' },
    { ...LABORATORY, kind: 'laboratory' },
  ]);
  const sender = { formats: ['cda'], state: 'production' as const, secret: SECRET, connectedSince: new Date() };
  await registerSenders(
    db,
    [
      { ...sender, clientId: 'dpi-essai', name: 'Dossier patient du CH', structures: [HOSPITAL.finess] },
      { ...sender, clientId: 'mss-essai', name: 'Messagerie du CH', structures: [HOSPITAL.finess, LABORATORY.finess] },
      { ...sender, clientId: 'lis-essai', name: 'SIL des essais', structures: [LABORATORY.finess] },
    ],
    'demo',
  );
  for (const id of ['dpi-essai', 'mss-essai', 'lis-essai']) tokens.set(id, await server.tokenOf(id, SECRET));
});

const deposit = (body: string | ClinicalDocument | LabReport, clientId = 'dpi-essai') =>
  server.app.inject({
    method: 'POST',
    url: '/api/deposits',
    headers: { authorization: `Bearer ${tokens.get(clientId)}`, 'content-type': 'application/xml' },
    payload: typeof body === 'string' ? body : 'templates' in body ? writeClinicalDocument(body) : writeCda(body),
  });

async function homeOf(documentId: string): Promise<string> {
  const [row] = await server.database.db.query<{ patient: string }>(
    'whose',
    'select patient_id as patient from record.document where document_id = $1',
    [documentId],
  );
  return row!.patient;
}
const itemsWith = async (documentId: string) => documentsOf(server.database.db, [await homeOf(documentId)]);

describe('a discharge letter', () => {
  test('goes by the same door as a report, joins the same person, and keeps what its sender said', async () => {
    const report = (await deposit(reportOf(1), 'lis-essai')).json();
    const answer = await deposit(letterOf(1));
    expect(answer.statusCode).toBe(201);
    const { documentId } = answer.json();
    expect(await homeOf(documentId)).toBe(await homeOf(report.documentId));
    const items = await itemsWith(documentId);
    expect(items.find((item) => item.documentId === documentId)).toMatchObject({
      group: 'discharge',
      category: 'hospital-report',
      type: { code: '11490-0' },
      structure: HOSPITAL,
      authors: [{ name: 'Dr Karim BENALI-DEMO', id: 'rpps:899700000022' }],
      servedAt: '2026-10-28T08:00:00.000Z',
      joinedBy: 'ins',
      current: true,
    });
    expect(items.find(({ kind }) => kind === 'laboratory-report')).toMatchObject({ group: 'biology', title: 'Compte rendu de biologie' });
  });

  test('that holds one PDF is taken too, and its bytes come back whole', async () => {
    const pdf = tinyPdf(reportOf(1));
    const text = writeClinicalDocument(letterOf(2, { pdf }));
    const { documentId } = (await deposit(text)).json();
    expect((await itemsWith(documentId)).find((item) => item.documentId === documentId)).toMatchObject({ hasPdf: true });
    const [kept] = await server.database.db.query<{ bytes: Buffer }>('pdf', 'select bytes from record.pdf where document_id = $1', [
      documentId,
    ]);
    expect(kept!.bytes.equals(pdf)).toBe(true);
  });

  test('is replaced by its next version, and completed by an addendum', async () => {
    const first = (await deposit(letterOf(3))).json();
    const second = (await deposit(letterOf(4, { set: 3, version: 2, replaces: [3] }))).json();
    const addendum = (await deposit(letterOf(5, { addsTo: [4], title: 'Résultat attendu' }))).json();
    const items = new Map((await itemsWith(first.documentId)).map((item) => [item.documentId, item]));
    expect(items.get(first.documentId)).toMatchObject({ current: false, supersededBy: second.documentId });
    expect(items.get(addendum.documentId)?.relations).toEqual([
      { kind: 'adds-to', uniqueId: letterOf(4).id.root, documentId: second.documentId },
    ]);
  });

  test('that is no CDA document is refused in the words of the door, and kept in quarantine', async () => {
    const bytes = writeClinicalDocument(letterOf(6));
    const answer = await deposit(bytes.replace('<ClinicalDocument', '<Letter').replace('</ClinicalDocument>', '</Letter>'));
    expect(answer.statusCode).toBe(422);
    expect(answer.json()).toMatchObject({ code: 'report.not-a-document', depositId: expect.any(String) });
  });

  test('of another structure than the sender’s is refused', async () => {
    expect((await deposit(letterOf(7), 'lis-essai')).json()).toMatchObject({ code: 'deposit.wrong-structure' });
  });

  test('filed in the wrong record is taken out of it, leaving nothing, and given whole to its owner', async () => {
    const ask = async (url: string, payload: object) =>
      server.app.inject({ method: 'POST', url, headers: await server.as(PEOPLE['identity-cell']), payload });
    const reason = 'étiquette échangée';
    const first = (await deposit(letterOf(60))).json();
    const letter = (await deposit(letterOf(61, { addsTo: [60], title: 'Lettre égarée' }))).json();
    const wrong = await homeOf(letter.documentId);
    const recalled = await ask(`/api/identities/${wrong}/changes`, { kind: 'recall', depositId: letter.depositId, reason });
    expect(recalled.statusCode).toBe(200);
    const left = await documentsOf(server.database.db, [wrong]);
    expect(left.map(({ documentId }) => documentId)).toContain(first.documentId);
    expect(JSON.stringify(left)).not.toContain('Lettre égarée');
    const names = { birthFamily: 'AUTRE-ESSAI', birthGivens: 'JEANNE MARIE', firstBirthGiven: 'JEANNE' };
    const traits = { ...names, sex: 'F', birthDate: '1955-06-12', birthPlace: { cog: '99042' } };
    const { patientId } = (await ask('/api/identities', { traits, reason })).json();
    const [waiting] = await server.database.db.query<{ id: string }>(
      'waiting-letter',
      'select waiting_id as id from identity.waiting where deposit_id = $1',
      [letter.depositId],
    );
    expect((await ask(`/api/worklists/identity/${waiting!.id}/link`, { patientId, reason })).statusCode).toBe(200);
    const [given] = await documentsOf(server.database.db, [patientId]);
    expect(given).toMatchObject({ title: 'Lettre égarée', joinedBy: 'worklist', uniqueId: letterOf(61).id.root });
  });

  test('whose patient has no INS waits for the identity cell, like a report', async () => {
    const patient = { ...JEANNE, ids: [{ root: '1.2.250.1.999.1', extension: 'IPP-77' }] };
    const answer = await deposit(letterOf(8, { patient }));
    expect([answer.statusCode, answer.json().state]).toEqual([202, 'identity']);
  });
});

describe('the same document by two channels', () => {
  test('with the same bytes from another system of its structure is one document with two arrivals', async () => {
    const text = writeClinicalDocument(letterOf(20));
    const first = (await deposit(text)).json();
    const answer = await deposit(text, 'mss-essai');
    expect(answer.statusCode).toBe(200);
    expect(answer.json()).toMatchObject({ state: 'stored', documentId: first.documentId });
    await deposit(text, 'mss-essai');
    const items = (await itemsWith(first.documentId)).filter(({ uniqueId }) => uniqueId === letterOf(20).id.root);
    expect(items).toHaveLength(1);
    expect(items[0]!.arrivals).toEqual([{ at: expect.any(String), channel: 'deposit', sender: 'system:mss-essai' }]);
    const receipt = await server.app.inject({
      url: `/api/deposits/${answer.json().depositId}`,
      headers: { authorization: `Bearer ${tokens.get('mss-essai')}` },
    });
    expect(receipt.json()).toMatchObject({ state: 'stored', documentId: first.documentId });
  });

  test('in other bytes under its identifier, with the same results, is one report, and both originals are kept', async () => {
    const report = reportOf(21, { results: [POTASSIUM, quantity('2951-2', 'Sodium', '141', 'mmol/L')] });
    const first = (await deposit(report, 'lis-essai')).json();
    const answer = await deposit(`${writeCda(report)}<!-- put in another form on the way -->`, 'mss-essai');
    expect([answer.statusCode, answer.json().documentId]).toEqual([200, first.documentId]);
    const [copy] = await server.database.db.query<{ size: number }>(
      'copy',
      'select length(zstd) as size from record.arrival where document_id = $1',
      [first.documentId],
    );
    expect(copy!.size).toBeGreaterThan(100);
  });

  test('under its identifier with another result is refused, from whatever system', async () => {
    await deposit(reportOf(22), 'lis-essai');
    const answer = await deposit(
      reportOf(22, { results: [{ ...POTASSIUM, value: { type: 'quantity', value: '6.5', unit: 'mmol/L' } }] }),
      'mss-essai',
    );
    expect(answer.json()).toMatchObject({ code: 'deposit.conflicting-bytes' });
  });

  test('under another identifier, with the same results, from another system, is one report in the list and in the grid', async () => {
    const results = [quantity('2160-0', 'Créatinine', '88', 'umol/L')];
    const first = (await deposit(reportOf(23, { results }), 'lis-essai')).json();
    const second = (await deposit(reportOf(24, { results }), 'mss-essai')).json();
    expect(second.state).toBe('stored');
    const shown = (await itemsWith(first.documentId)).map(({ documentId }) => documentId);
    expect(shown).toContain(first.documentId);
    expect(shown).not.toContain(second.documentId);
    expect((await itemsWith(first.documentId)).find(({ documentId }) => documentId === first.documentId)?.arrivals).toMatchObject([
      { sender: 'system:mss-essai' },
    ]);
  });

  test('the channel that the door was, is kept', async () => {
    const { db } = server.database;
    const sender = { id: 'system:mss-essai', name: 'Messagerie', role: 'laboratory-system' as const, structures: [HOSPITAL.finess] };
    const journey = { db, relay: server.relay, mode: 'demo', zone: 'Europe/Paris', tables: server.tables } as const;
    const { receipt } = await receiveDocument(journey, {
      bytes: Buffer.from(writeClinicalDocument(letterOf(30))),
      mediaType: 'application/xml',
      sender,
      receivedAt: new Date(),
      channel: 'mssante',
    });
    const items = await documentsOf(db, [await homeOf(receipt.documentId!)]);
    expect(items.find(({ documentId }) => documentId === receipt.documentId)?.channel).toBe('mssante');
  });
});
