import { beforeAll, describe, expect, test } from 'vitest';
import { chemistryReport } from '../../test/support/lab-report.ts';
import { oru } from '../../test/support/oru-message.ts';
import { PEOPLE } from '../../test/support/people.ts';
import { testServer } from '../../test/support/server.ts';
import { sender, submissionSet } from '../../test/support/xdm.ts';
import { registerSenders, registerStructures } from '../directory/index.ts';
import { type LabReport, metadataOf, writeCda, writeXdm, type XdmAction } from '../formats/index.ts';
import type { Worklist } from '../identity/contract.ts';
import { documentById, documentsOf, idText, submissionsOf } from '../record/index.ts';

const server = testServer();
const SECRET = 'a-secret-of-the-tests-only';
const SENDER = {
  clientId: 'sil-dossier',
  name: 'SIL des essais',
  structures: ['350000001'],
  formats: ['cda-cr-bio'],
  state: 'production' as const,
  secret: SECRET,
  connectedSince: new Date(),
};

beforeAll(async () => {
  const { db } = server.database;
  await registerStructures(db, [{ finess: '350000001', name: 'LBM DEMO des Tilleuls', kind: 'laboratory' }]);
  await registerSenders(db, [SENDER, { ...SENDER, clientId: 'sil-autre', structures: [] }], 'demo');
});

interface Documents {
  documents: {
    at: string;
    status: number;
    receipt?: { state: string; documentId: string };
    refusal?: { code: string; at: string; depositId: string };
    withdrawn?: string;
  }[];
}

async function deposit(payload: Uint8Array, type: string, client = 'sil-dossier') {
  const bearer = await server.tokenOf(client, SECRET);
  return server.app.inject({
    method: 'POST',
    url: '/api/deposits',
    headers: { authorization: `Bearer ${bearer}`, 'content-type': type },
    payload: Buffer.from(payload),
  });
}

/** Report number n of the laboratory, in a version of its set. */
const report = (n: number, version = 1): LabReport => {
  const base = chemistryReport(2, n * 10 + version);
  return { ...base, setId: { root: `1.2.250.1.999.1.2.${880_000 + n}` }, version };
};

const documentOf = (of: LabReport, action: XdmAction = 'new', bytes: Uint8Array = Buffer.from(writeCda(of))) => ({
  metadata: metadataOf(of, { bytes, mimeType: 'text/xml' }, 'Europe/Paris'),
  bytes,
  action,
});

let number = 0;
/** An archive with one submission; its own identifier changes, since the same bytes are the same deposit. */
const archive = (...documents: ReturnType<typeof documentOf>[]) =>
  writeXdm([{ set: { ...submissionSet, uniqueId: `1.2.250.1.999.1.9.${++number}` }, documents, relations: [] }], sender);

const idsOf = (answer: Awaited<ReturnType<typeof deposit>>) => answer.json<Documents>().documents.map(({ receipt }) => receipt!.documentId);
async function patientOf(documentId: string): Promise<string> {
  const query = 'select patient_id as "patientId" from record.document where document_id = $1';
  return (await server.database.db.query<{ patientId: string }>('', query, [documentId]))[0]!.patientId;
}
const cell = async (method: 'GET' | 'POST', path: string, payload?: object) =>
  server.app.inject({
    method,
    url: `/api/worklists/identity${path}`,
    headers: await server.as(PEOPLE['identity-cell']),
    ...(payload && { payload }),
  });

async function statusOf(documentId: string): Promise<string | undefined> {
  const { db } = server.database;
  const [row] = await db.query<{ patient_id: string }>('', 'select patient_id from record.document where document_id = $1', [documentId]);
  return (await documentById(db, [row!.patient_id], documentId))?.status;
}

describe('an archive (IHE XDM) at the deposit door', () => {
  test('hides each document from whom its metadata hide it, from the moment it arrives', async () => {
    const { metadata, ...rest } = documentOf(report(21));
    const visibility = ['MASQUE_PS', 'INVISIBLE_PATIENT'] as const;
    const hidden = archive({ ...rest, metadata: { ...metadata, visibility: [...visibility] } });
    const [filed] = (await deposit(hidden, 'application/zip')).json<Documents>().documents;
    const masks = await server.database.db.query<{ mask: string; isToTell: boolean }>(
      '',
      `select mask, owner is not null and due_at > now() as "isToTell" from record.document_event where document_id = $1 order by mask`,
      [filed!.receipt!.documentId],
    );
    expect(masks).toEqual([
      { mask: 'INVISIBLE_PATIENT', isToTell: true },
      { mask: 'MASQUE_PS', isToTell: false },
    ]);
  });

  test('keeps what was sent together, and what each document adds to, transforms or signs: the record tells it on both', async () => {
    const [first, ...others] = [documentOf(report(31)), documentOf(report(32)), documentOf(report(33)), documentOf(report(34))];
    const kinds = ['APND', 'XFRM', 'signs'] as const;
    const relations = others.map(({ metadata: { entryUuid: source } }, n) => ({
      kind: kinds[n]!,
      source,
      target: first!.metadata.entryUuid,
    }));
    const set = { ...submissionSet, uniqueId: '1.2.250.1.999.1.9.9001', title: 'Dossier de sortie' };
    const answer = await deposit(writeXdm([{ set, documents: [first!, ...others], relations }], sender), 'application/zip');
    const ids = answer.json<Documents>().documents.map(({ receipt }) => receipt!.documentId);
    const { db } = server.database;
    const [row] = await db.query<{ patientId: string }>(
      '',
      'select patient_id as "patientId" from record.document where document_id = $1',
      [ids[0]],
    );
    const told = await Promise.all(ids.slice(1).map(async (id) => (await documentById(db, [row!.patientId], id))?.relations));
    expect(told.map((each) => each?.map(({ kind, documentId }) => [kind, documentId]))).toEqual([
      [['adds-to', ids[0]]],
      [['transforms', ids[0]]],
      [['signs', ids[0]]],
    ]);
    const sent = (await submissionsOf(db, [row!.patientId])).find(({ uniqueId }) => uniqueId === '1.2.250.1.999.1.9.9001');
    expect(sent?.documentIds).toEqual(ids);
  });

  test('names a document of an earlier archive by the entry that its sender gave it, by the one that we give, or by its own identifier', async () => {
    const { db } = server.database;
    const [first, drawn] = [documentOf(report(41)), documentOf(report(42))];
    const entryUuid = 'urn:uuid:00000000-0000-4000-8000-000000000041';
    const given = { ...first, metadata: { ...first.metadata, entryUuid } };
    const ids = idsOf(await deposit(archive(given, drawn), 'application/zip'));
    const later = documentOf(report(43));
    const source = later.metadata.entryUuid;
    const relations = [
      { kind: 'APND' as const, source, target: entryUuid },
      { kind: 'signs' as const, source, target: drawn.metadata.entryUuid },
      { kind: 'XFRM' as const, source, target: idText(drawn.metadata.uniqueId) },
    ];
    const set = { ...submissionSet, uniqueId: '1.2.250.1.999.1.9.9002' };
    const [laterId] = idsOf(await deposit(writeXdm([{ set, documents: [later], relations }], sender), 'application/zip'));
    const told = (await documentById(db, [await patientOf(laterId!)], laterId!))?.relations;
    expect(Object.fromEntries(told!.map(({ kind, documentId }) => [kind, documentId]))).toEqual({
      'adds-to': ids[0],
      signs: ids[1],
      transforms: ids[1],
    });
  });

  test('of which a document waits for a person: filed, it still says what it adds to, and is found with what it was sent with; taken back and filed again too', async () => {
    const { db } = server.database;
    const [sure, doubtful] = [report(51), report(52)];
    const unsure = { ...doubtful, patient: { ...doubtful.patient, ids: [{ root: '1.2.250.1.999.1', extension: 'IPP-52' }] } };
    const [first, second] = [documentOf(sure), documentOf(unsure)];
    const [known] = idsOf(await deposit(archive(first), 'application/zip'));
    const relations = [{ kind: 'APND' as const, source: second.metadata.entryUuid, target: first.metadata.entryUuid }];
    const set = { ...submissionSet, uniqueId: '1.2.250.1.999.1.9.9003' };
    const sent = (await deposit(writeXdm([{ set, documents: [second], relations }], sender), 'application/zip')).json<Documents>();
    expect(sent.documents[0]!.receipt).toMatchObject({ state: 'identity' });

    const patientId = await patientOf(known!);
    const { depositId } = sent.documents[0]!.receipt as unknown as { depositId: string };
    const link = async () => {
      const { waiting } = (await cell('GET', '')).json<Worklist>();
      const { waitingId } = waiting.find((one) => one.depositId === depositId)!;
      expect((await cell('POST', `/${waitingId}/link`, { patientId, reason: 'vu avec le laboratoire' })).statusCode).toBe(200);
      const filed = (await documentsOf(db, [patientId])).find(({ uniqueId }) => uniqueId === idText(doubtful.id))!;
      expect(filed.relations).toMatchObject([{ kind: 'adds-to', documentId: known }]);
      const [found] = (await submissionsOf(db, [patientId])).filter(({ uniqueId }) => uniqueId === set.uniqueId);
      expect(found?.documentIds).toEqual([filed.documentId]);
      return waitingId;
    };
    expect((await cell('POST', `/${await link()}/undo`, { reason: 'erreur de personne' })).statusCode).toBe(200);
    await link();
  });

  test('gives each document its own receipt, and the same receipts again for the same archive', async () => {
    const bytes = archive(documentOf(report(1)), documentOf(report(2)));
    const answer = await deposit(bytes, 'application/zip');
    expect(answer.statusCode).toBe(207);
    const { documents } = answer.json<Documents>();
    expect(documents.map(({ at, status, receipt }) => [at, status, receipt?.state])).toEqual([
      ['document 1', 201, 'stored'],
      ['document 2', 201, 'stored'],
    ]);
    const again = (await deposit(bytes, 'application/zip')).json<Documents>().documents;
    expect(again.map(({ status, receipt }) => [status, receipt?.documentId])).toEqual(
      documents.map(({ receipt }) => [200, receipt?.documentId]),
    );
  });

  test('of which one document is refused keeps the others, and quarantines that one alone', async () => {
    const foreign = Buffer.from(writeCda(report(4)).replaceAll('350000001', '350000009'));
    const { documents } = (
      await deposit(archive(documentOf(report(3)), documentOf(report(4), 'new', foreign)), 'application/zip')
    ).json<Documents>();
    expect(documents).toMatchObject([
      { at: 'document 1', status: 201, receipt: { state: 'stored' } },
      { at: 'document 2', status: 403, refusal: { code: 'deposit.wrong-structure' } },
    ]);
    const kept = await server.database.db.query<{ bytes: Buffer }>('', 'select bytes from record.quarantine where deposit_id = $1', [
      documents[1]!.refusal!.depositId,
    ]);
    expect(kept[0]!.bytes.equals(foreign)).toBe(true);
  });

  test('that replaces a document puts the later version in its place, and says which it replaces or is refused', async () => {
    const [first] = (await deposit(archive(documentOf(report(5))), 'application/zip')).json<Documents>().documents;
    const [second] = (await deposit(archive(documentOf(report(5, 2), 'replace')), 'application/zip')).json<Documents>().documents;
    expect([first!.status, second!.status]).toEqual([201, 201]);
    const names = { ...report(6), replaces: [report(5).id] };
    expect((await deposit(archive(documentOf(names, 'replace')), 'application/zip')).json<Documents>().documents[0]!.status).toBe(201);
    const [silent] = (await deposit(archive(documentOf(report(7), 'replace')), 'application/zip')).json<Documents>().documents;
    expect(silent).toMatchObject({ status: 422, refusal: { code: 'archive.mismatch', at: 'ClinicalDocument/relatedDocument' } });
  });

  test('that withdraws a document takes it from reading', async () => {
    const [filed] = (await deposit(archive(documentOf(report(8))), 'application/zip')).json<Documents>().documents;
    const { documentId } = filed!.receipt!;
    const [withdrawn] = (await deposit(archive(documentOf(report(8), 'delete')), 'application/zip')).json<Documents>().documents;
    expect(withdrawn).toEqual({ at: 'document 1', status: 200, withdrawn: documentId });
    expect(await statusOf(documentId)).toBe('deleted');
  });

  test('that a sender who may deposit for nobody sends, leaves nothing in the record', async () => {
    const { documents } = (
      await deposit(archive(documentOf(report(9)), documentOf(report(8), 'delete')), 'application/zip', 'sil-autre')
    ).json<Documents>();
    expect(documents.map(({ status }) => status)).toEqual([403, 404]);
  });

  test('that was damaged is refused as a whole, and waits in quarantine', async () => {
    const bytes = Buffer.from(archive(documentOf(report(10))));
    const answer = await deposit(bytes.subarray(0, bytes.length - 30), 'application/zip');
    expect([answer.statusCode, answer.json()]).toMatchObject([422, { code: 'archive.unreadable', depositId: expect.any(String) }]);
  });
});

describe('a batch of HL7 v2 at the deposit door', () => {
  const message = (id: string) => oru(1).replace('M000123', id).replaceAll('DEM-2025-4411', `DEM-${id}`);

  test('gives each message its own receipt', async () => {
    const batch = `BHS|^~\\&|SIL-DEMO\r${message('B1')}${message('B2').replace('350000001', '350000009')}${message('B3')}BTS|3\r`;
    const answer = await deposit(Buffer.from(batch), 'application/hl7-v2');
    expect(answer.statusCode).toBe(207);
    expect(answer.json<Documents>().documents.map(({ at, status }) => [at, status])).toEqual([
      ['message 1', 201],
      ['message 2', 403],
      ['message 3', 201],
    ]);
  });

  test('that was cut on the way is refused as a whole: nothing says what is missing', async () => {
    const answer = await deposit(Buffer.from(`BHS|^~\\&|SIL-DEMO\r${message('B4')}BTS|2\r`), 'application/hl7-v2');
    expect([answer.statusCode, answer.json()]).toMatchObject([422, { code: 'report.unreadable', at: 'BTS-1' }]);
  });
});
