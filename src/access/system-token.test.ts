import { exportJWK, generateKeyPair, SignJWT } from 'jose';
import { beforeAll, expect, test } from 'vitest';
import type { SystemClient } from './oidc-items.ts';
import { readSystemToken } from './system-token.ts';

const NOW = new Date('2026-11-18T10:00:00Z');
const LABORATORY: SystemClient = { clientId: 'lis-1', name: 'Laboratoire', structures: ['990000001'] };
let provider: Parameters<typeof readSystemToken>[0];
let token: string;
let signingKey: CryptoKey;

beforeAll(async () => {
  const { publicKey, privateKey } = await generateKeyPair('ES256', { extractable: true });
  provider = { audience: 'urn:test', publicKey: await exportJWK(publicKey), verified: new Map() };
  signingKey = privateKey;
  token = await signed({});
});

async function signed(claims: Record<string, unknown>): Promise<string> {
  return new SignJWT({ client_id: 'lis-1', ...claims })
    .setProtectedHeader({ alg: 'ES256', typ: 'at+jwt' })
    .setAudience('urn:test')
    .setExpirationTime(new Date('2026-11-18T10:10:00Z'))
    .sign(signingKey);
}

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

test('a token bound to a certificate is worth nothing without that certificate, the first time and the next', async () => {
  const bound = await signed({ cnf: { 'x5t#S256': 'print-of-mine' } });
  const shown = (print?: string) => readSystemToken(provider, bound, { now: () => NOW, findClient: async () => LABORATORY, shown: print });
  expect(await shown()).toBeUndefined();
  expect(await shown('print-of-mine')).toMatchObject({ id: 'system:lis-1' });
  expect(await shown('print-of-another')).toBeUndefined();
  expect(await shown()).toBeUndefined();
});

test('a token bound to something that is not a certificate is nobody’s', async () => {
  for (const cnf of [null, {}, 'x', { jkt: 'key' }, { 'x5t#S256': 7 }]) expect(await read(await signed({ cnf }), NOW)).toBeUndefined();
});

test('a system that is registered with a certificate has no token that goes without', async () => {
  expect(await read(token, NOW, { ...LABORATORY, proof: 'certificate' })).toBeUndefined();
});
