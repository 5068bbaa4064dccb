import { exportJWK, generateKeyPair, SignJWT } from 'jose';
import { beforeAll, expect, test } from 'vitest';
import type { SystemClient } from './oidc-items.ts';
import { readSystemToken } from './system-token.ts';

const NOW = new Date('2026-11-18T10:00:00Z');
const LABORATORY: SystemClient = { clientId: 'lis-1', name: 'Laboratoire', structures: ['990000001'] };
let provider: Parameters<typeof readSystemToken>[0];
let token: string;

beforeAll(async () => {
  const { publicKey, privateKey } = await generateKeyPair('ES256', { extractable: true });
  provider = { audience: 'urn:test', publicKey: await exportJWK(publicKey), verified: new Map() };
  token = await new SignJWT({ client_id: 'lis-1' })
    .setProtectedHeader({ alg: 'ES256', typ: 'at+jwt' })
    .setAudience('urn:test')
    .setExpirationTime(new Date('2026-11-18T10:10:00Z'))
    .sign(privateKey);
});

const read = (text: string, now: Date, client: SystemClient | undefined = LABORATORY) =>
  readSystemToken(provider, text, { now: () => now, findClient: async () => client });

test('a token verified once is taken again until its end, and not a second after', async () => {
  expect(await read(token, NOW)).toMatchObject({ id: 'system:lis-1', structures: ['990000001'] });
  expect(provider.verified.has(token)).toBe(true);
  expect(await read(token, new Date('2026-11-18T10:09:59Z'))).toMatchObject({ id: 'system:lis-1' });
  expect(await read(token, new Date('2026-11-18T10:10:01Z'))).toBeUndefined();
});

test('a token with one letter changed is nobody’s, even after the true one was taken', async () => {
  await read(token, NOW);
  const forged = token.slice(0, -4) + (token.endsWith('AAAA') ? 'BBBB' : 'AAAA');
  expect(await read(forged, NOW)).toBeUndefined();
});

test('a system struck off the register is refused at once, whatever was verified before', async () => {
  await read(token, NOW);
  expect(await readSystemToken(provider, token, { now: () => NOW, findClient: async () => undefined })).toBeUndefined();
});
