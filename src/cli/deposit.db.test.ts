import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { testServer } from '../../test/support/server.ts';
import { sender, submission } from '../../test/support/xdm.ts';
import { registerSenders, registerStructures } from '../directory/index.ts';
import { writeXdm } from '../formats/index.ts';
import { depositVerb } from './verbs/deposit.ts';
import { EXIT, type Terminal } from './verb.ts';

const server = testServer();
const folder = mkdtempSync(join(tmpdir(), 'cigogne-deposit-'));
let url = '';

beforeAll(async () => {
  const { db } = server.database;
  await registerStructures(db, [{ finess: '350000001', name: 'LBM DEMO des Tilleuls', kind: 'laboratory' }]);
  const system = { clientId: 'sil-dossier', name: 'SIL des essais', structures: ['350000001'], formats: ['cda-cr-bio'] };
  await registerSenders(db, [{ ...system, state: 'production', secret: 'a-secret-of-the-tests-only', connectedSince: new Date() }], 'demo');
  writeFileSync(join(folder, 'secret'), 'a-secret-of-the-tests-only');
  await server.app.listen({ port: 0, host: '127.0.0.1' });
  url = `http://127.0.0.1:${(server.app.server.address() as AddressInfo).port}`;
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function deposit(name: string, bytes: Uint8Array): Promise<{ code: number | undefined; told: unknown }> {
  const file = join(folder, name);
  writeFileSync(file, bytes);
  const said: string[] = [];
  const terminal = { say: (text: string) => said.push(text), tell: (text: string) => said.push(text), env: {}, root: folder };
  const options = { client: 'sil-dossier', 'secret-file': join(folder, 'secret'), to: url };
  const code = await depositVerb(async () => undefined).run({ operands: [file], options }, terminal as unknown as Terminal);
  return { code: code as number | undefined, told: JSON.parse(said.join('')) };
}

test('an archive is told by its bytes, and each of its documents has a receipt; one that is refused is told by the exit code', async () => {
  expect(await deposit('a', writeXdm([submission(2, 81)], sender))).toMatchObject({
    code: EXIT.done,
    told: { documents: [{ at: 'document 1', status: 201 }] },
  });
  const foreign = submission(2, 82, (cda) => cda.replaceAll('350000001', '350000009'));
  expect(await deposit('b', writeXdm([foreign], sender))).toMatchObject({
    code: EXIT.refused,
    told: { documents: [{ status: 403, refusal: { code: 'deposit.wrong-structure' } }] },
  });
});
