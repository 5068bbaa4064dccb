import { expect, test } from 'vitest';
import { testServer } from '../../test/support/server.ts';

const server = testServer({ mode: 'production', env: { TRUSTED_PROXIES: '127.0.0.1' } });
const signIn = async (from: string, by = '127.0.0.1') =>
  (await server.app.inject({ url: '/api/sign-in', remoteAddress: by, headers: { 'x-forwarded-for': from } })).statusCode;

test('who tries to sign in by program, behind the proxy of all, stops nobody else', async () => {
  for (let i = 0; i < 600; i++) await signIn('192.0.2.1');
  expect(await signIn('192.0.2.1')).toBe(429);
  // No sign-in service is configured here: 503 is an answer to a try.
  expect(await signIn('192.0.2.2')).toBe(503);
});

test('the address that a stranger claims to come from is not believed', async () => {
  for (let i = 0; i < 600; i++) await signIn(`198.51.100.${i % 250}`, '203.0.113.9');
  expect(await signIn('198.51.100.251', '203.0.113.9')).toBe(429);
});
