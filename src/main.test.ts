import { expect, test } from 'vitest';
import { readConfig } from '#kernel';
import { start } from './main.ts';

const nowhere = 'postgres://nobody@127.0.0.1:1/nothing';
const starting = (env: Record<string, string>) =>
  start({ ...readConfig({ CIGOGNE_MODE: 'production', ...env }), DATABASE_URL: nowhere }, { webFolder: '', say: () => {} });

test.each([
  [{}],
  [{ PUBLIC_URL: 'http://cigogne.example.fr' }],
])('production does not start without an https address of its own: %o', async (env) => {
  await expect(starting(env)).rejects.toThrow('In production PUBLIC_URL must say the https address');
});

test('production takes nobody from a sign-in service in clear', async () => {
  const env = { PUBLIC_URL: 'https://cigogne.example.fr', OIDC_ISSUER: 'http://auth.example.fr' };
  await expect(starting(env)).rejects.toThrow('OIDC_ISSUER must be an https address');
});
