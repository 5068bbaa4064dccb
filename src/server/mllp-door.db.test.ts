import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeAll, describe, expect, test } from 'vitest';
import { hasOpenssl, selfSigned } from '../../test/support/certificate.ts';
import { chemistryReport } from '../../test/support/lab-report.ts';
import { PEOPLE } from '../../test/support/people.ts';
import { message, MSH, obr, obx, oru, PID } from '../../test/support/oru-message.ts';
import { testServer } from '../../test/support/server.ts';
import { registerLinks } from '../access/index.ts';
import { registerSenders, registerStructures, type Sender } from '../directory/index.ts';
import { type AckMessage, hl7MessagesIn, readHl7Message, writeCda } from '../formats/index.ts';
import { readConfig } from '../kernel/index.ts';
import type { PatientReports } from '../record/contract.ts';
import { MllpClient, type MllpListener } from '../transports/index.ts';
import { openMllpDoor } from './mllp-door.ts';

const server = testServer();
const SENDER: Sender = {
  clientId: 'SIL-DEMO',
  name: 'SIL des essais',
  structures: ['350000001'],
  formats: ['hl7v2-oru'],
  state: 'production',
  secret: 'a-secret-of-the-tests-only',
  connectedSince: new Date(),
};

beforeAll(async () => {
  const { db } = server.database;
  await registerStructures(db, [{ finess: '350000001', name: 'LBM DEMO des Tilleuls', kind: 'laboratory' }]);
  await registerSenders(db, [SENDER], 'demo');
});

let door: MllpListener | undefined;
const clients: MllpClient[] = [];
afterEach(async () => {
  await Promise.all(clients.splice(0).map((client) => client.close()));
  await door?.stop();
  door = undefined;
});

const faults: unknown[] = [];

async function open(env: Record<string, string> = {}): Promise<number> {
  const config = readConfig({ MLLP_PORT: '0', ...env });
  const { db } = server.database;
  const journey = { db, relay: server.relay, tables: server.tables, mode: config.CIGOGNE_MODE, zone: 'Europe/Paris' };
  door = await openMllpDoor({ config, journey, onError: (error) => faults.push(error) });
  return door!.port;
}

function clientOf(port: number, tls?: ConstructorParameters<typeof MllpClient>[0]['tls']): MllpClient {
  const client = new MllpClient({ host: '127.0.0.1', port, ...(tls && { tls }) });
  clients.push(client);
  return client;
}

const send = async (client: MllpClient, text: string) => readHl7Message(await client.send(Buffer.from(text))) as AckMessage;
/** Another message of the same kind. */
const numbered = (id: string, text = oru(3)) => text.replace('M000123', id);

async function countOf(table: 'document' | 'deposit' | 'quarantine'): Promise<number> {
  const [row] = await server.database.db.query<{ n: number }>(`count-${table}`, `select count(*)::int as n from record.${table}`);
  return row!.n;
}

describe('results sent in HL7 v2', () => {
  test('are in the record when they are acknowledged', async () => {
    const before = await countOf('document');
    const answer = await send(clientOf(await open()), numbered('R1'));
    expect(answer).toMatchObject({ code: 'AA', answers: 'R1' });
    expect(await countOf('document')).toBe(before + 1);
    const [row] = await server.database.db.query<{ results: string }>(
      'last',
      `select results::text as results from record.document order by received_at desc limit 1`,
    );
    expect(row!.results).toContain('"unit":"mmol/L"');
  });

  test('sent again are acknowledged again and stored once', async () => {
    const client = clientOf(await open());
    await send(client, numbered('R2'));
    const stored = await countOf('document');
    expect(await send(client, numbered('R2'))).toMatchObject({ code: 'AA' });
    expect(await countOf('document')).toBe(stored);
    expect(await send(client, numbered('R2', oru(4)))).toMatchObject({ code: 'AR', errors: [{ code: 'deposit.conflicting-bytes' }] });
  });

  test('corrected replace the former ones, which stay readable', async () => {
    const client = clientOf(await open());
    const own = (id: string, at: string, value: string) =>
      message(
        MSH.replace('M000123', id).replace('20250314113500+0100', at),
        PID,
        obr({ filler: 'DEM-77^SIL-DEMO' }),
        obx({ value, status: 'C' }),
      );
    await send(client, own('C1', '20250314113500+0100', '7.20'));
    await send(client, own('C2', '20250314120000+0100', '5.10'));
    const rows = await server.database.db.query<{ n: number; versions: number }>(
      'versions',
      `select count(*)::int as n, count(distinct version)::int as versions from record.document group by set_id having count(distinct version) = 2`,
    );
    expect(rows).toEqual([{ n: 2, versions: 2 }]);
  });

  test('that are wrong are refused with their place, and kept in quarantine', async () => {
    const before = await countOf('quarantine');
    const wrong = numbered('R3').replace('|F|||20250314080500', '|U|||20250314080500');
    expect(await send(clientOf(await open()), wrong)).toMatchObject({
      code: 'AR',
      answers: 'R3',
      errors: [{ at: 'OBX[1]-11', code: 'report.unreadable' }],
    });
    expect(await countOf('quarantine')).toBe(before + 1);
  });

  test('that are corrections alone are refused when they would hide the other results of their order', async () => {
    const client = clientOf(await open());
    const order = obr({ filler: 'DEM-99^SIL-DEMO' });
    const [glucose, sodium] = ['14749-6^Glucose^LN', '2951-2^Sodium^LN'];
    const own = (id: string, minute: string, ...lines: string[]) =>
      message(MSH.replace('M000123', id).replace('20250314113500', `202503141${minute}00`), PID, order, ...lines);
    expect(await send(client, own('P1', '201', obx({ code: glucose }), obx({ n: 2, code: sodium, value: '140' })))).toMatchObject({
      code: 'AA',
    });
    expect(await send(client, own('P2', '202', obx({ code: glucose, value: '5.10', status: 'C' })))).toMatchObject({
      code: 'AR',
      errors: [{ at: 'OBX[1]-11', code: 'report.unreadable' }],
    });
    const whole = own(
      'P3',
      '203',
      obx({ code: glucose, value: '5.10', status: 'C' }),
      obx({ n: 2, code: sodium, value: '140', status: 'W' }),
    );
    expect(await send(client, whole)).toMatchObject({ code: 'AA' });
    const [row] = await server.database.db.query<{ results: string }>(
      '',
      `select results::text as results from record.document order by received_at desc, version desc limit 1`,
    );
    const results = JSON.parse(row!.results) as { loinc: string; status: string; text: string }[];
    expect(results.map(({ loinc, status }) => [loinc, status])).toEqual([
      ['14749-6', 'final'],
      ['2951-2', 'cancelled'],
    ]);
  });

  test('in a batch are answered in a batch, each message on its own', async () => {
    const wrong = numbered('G2').replace('|F|||20250314080500', '|U|||20250314080500');
    const batch = `BHS|^~\\&|SIL-DEMO\r${numbered('G1', oru(2).replaceAll('4411', '4477'))}${wrong}BTS|2\r`;
    const answers = hl7MessagesIn(await clientOf(await open()).send(Buffer.from(batch))).map((answer) => readHl7Message(answer));
    expect(answers).toMatchObject([
      { code: 'AA', answers: 'G1' },
      { code: 'AR', answers: 'G2', errors: [{ at: 'OBX[1]-11' }] },
    ]);
    expect(await send(clientOf(door!.port), batch.replace('BTS|2', 'BTS|3'))).toMatchObject({ errors: [{ at: 'BTS[1]-1' }] });
  });

  test('of another laboratory than the sender’s are refused', async () => {
    const other = numbered('R4').replaceAll('350000001', '350000009');
    expect(await send(clientOf(await open()), other)).toMatchObject({ errors: [{ code: 'deposit.wrong-structure' }] });
  });

  test('from a system that is not registered are refused, and nothing of them is kept', async () => {
    const before = await countOf('quarantine');
    const unknown = numbered('R5').replace('SIL-DEMO', 'INCONNU');
    expect(await send(clientOf(await open()), unknown)).toMatchObject({ code: 'AR', errors: [{ code: 'access.unauthenticated' }] });
    expect(await countOf('quarantine')).toBe(before);
  });
});

describe('a document sent in HL7 v2', () => {
  const report = { ...chemistryReport(2), id: { root: '1.2.250.1.999.1.2.900001' }, setId: { root: '1.2.250.1.999.1.3.900001' } };
  const carrying = (id: string, order: string, status: string, pid = PID) =>
    message(
      MSH.replace('M000123', id),
      pid,
      `ORC|${order}`,
      obr(),
      `OBX|1|ED|11502-2^CR^LN||^TEXT^XML^Base64^${Buffer.from(writeCda(report)).toString('base64')}||||||${status}`,
    );
  const events = () =>
    server.database.db.query<{ kind: string; actor: string; reason: string }>(
      'withdrawn',
      `select e.kind, e.actor, e.reason from record.document_event e join record.document d using (patient_id, document_id)
       where d.unique_id = '1.2.250.1.999.1.2.900001'`,
    );

  const reportsRead = async () => {
    const { db } = server.database;
    const [filed] = await db.query<{ patientId: string }>(
      'whose-withdrawn',
      `select patient_id as "patientId" from record.document where unique_id = '1.2.250.1.999.1.2.900001'`,
    );
    const patientId = filed!.patientId;
    const since = new Date(Date.now() - 1_000);
    await registerLinks(db, [{ patientId, holder: { person: PEOPLE.gp.id }, kind: 'treating-doctor', since }], 'test');
    const answer = await server.app.inject({ url: `/api/patients/${patientId}/biology`, headers: await server.as(PEOPLE.gp) });
    expect(answer.statusCode).toBe(200);
    return answer.json<PatientReports>().reports.map(({ uniqueId }) => uniqueId);
  };

  test('is withdrawn by a cancellation of its laboratory: nobody reads it any more, and it is kept', async () => {
    const client = clientOf(await open());
    expect(await send(client, carrying('W0', 'CA', 'D'))).toMatchObject({ code: 'AE', errors: [{ code: 'request.not-found' }] });
    expect(await send(client, carrying('W1', 'NW', 'F'))).toMatchObject({ code: 'AA' });
    const stored = await countOf('document');
    const other = PID.replace('255069933412305', '279035121518989').replace('IPP00042', 'IPP00099');
    expect(await send(client, carrying('W2', 'CA', 'D', other))).toMatchObject({ code: 'AR', errors: [{ at: 'PID[1]-3' }] });
    expect(await events()).toEqual([]);
    expect(await reportsRead()).toContain('1.2.250.1.999.1.2.900001');
    expect(await send(client, carrying('W3', 'CA', 'D'))).toMatchObject({ code: 'AA', answers: 'W3' });
    expect(await send(client, carrying('W4', 'CA', 'D'))).toMatchObject({ code: 'AA', answers: 'W4' });
    expect(await events()).toEqual([{ kind: 'delete', actor: 'system:SIL-DEMO', reason: 'HL7 v2 W3' }]);
    expect(await countOf('document')).toBe(stored);
    expect(await reportsRead()).not.toContain('1.2.250.1.999.1.2.900001');
  });
});

describe('the port', () => {
  test('is closed unless asked for', async () => {
    const { db } = server.database;
    const journey = { db, relay: server.relay, tables: server.tables, mode: 'demo' as const, zone: 'Europe/Paris' };
    expect(await openMllpDoor({ config: readConfig({}), journey, onError: () => {} })).toBeUndefined();
  });

  test('does not open in production without a certificate', async () => {
    await expect(open({ CIGOGNE_MODE: 'production' })).rejects.toThrow('MLLP_CERTIFICATE_FILE');
  });
});

describe.skipIf(!hasOpenssl)('with TLS', () => {
  test('the certificate of its registration proves a system, and nothing else does', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'cigogne-mllp-'));
    try {
      const [ours, theirs, stranger] = ['cigogne.test', 'sil.test', 'autre.test'].map(selfSigned);
      writeFileSync(join(folder, 'cert.pem'), ours!.pem);
      writeFileSync(join(folder, 'key.pem'), ours!.key);
      const { secret: _, ...keyed } = SENDER;
      const certified: Sender = { ...keyed, clientId: 'sil-tls', proof: 'certificate', jwks: { keys: [theirs!.jwk] } };
      await registerSenders(server.database.db, [certified], 'demo');
      const port = await open({ MLLP_CERTIFICATE_FILE: join(folder, 'cert.pem'), MLLP_KEY_FILE: join(folder, 'key.pem') });
      const as = (identity?: { pem: string; key: string }) =>
        clientOf(port, { ca: ours!.pem, servername: 'cigogne.test', ...(identity && { cert: identity.pem, key: identity.key }) });
      expect(await send(as(theirs), numbered('T1'))).toMatchObject({ code: 'AA' });
      expect(await send(as(stranger), numbered('T2'))).toMatchObject({ code: 'AR', errors: [{ code: 'access.unauthenticated' }] });
      // MSH-3 names a registered system: with TLS that proves nothing.
      expect(await send(as(), numbered('T3'))).toMatchObject({ code: 'AR', errors: [{ code: 'access.unauthenticated' }] });
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});

describe('what a hospital tells of its patients in HL7 v2', () => {
  test('is kept when it is acknowledged, and makes no record of the region', async () => {
    const { db } = server.database;
    const people = async () => (await db.query('', 'select 1 from identity.patient')).length;
    const before = await people();
    const admitted = message(
      MSH.replace('ORU^R01^ORU_R01', 'ADT^A01').replace('M000123', 'A1'),
      'EVN||20250314113500',
      PID,
      'PV1|1|I|CARDIO^12^1',
    );
    expect(await send(clientOf(await open()), admitted)).toMatchObject({ code: 'AA', answers: 'A1' });
    const kept = await db.query('', `select event, local_id as "localId" from identity.source_event where control_id = 'A1'`);
    expect(kept).toEqual([{ event: 'A01', localId: 'IPP00042' }]);
    expect(await people()).toBe(before);
  });
});
