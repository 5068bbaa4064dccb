import { expect, test } from 'vitest';
import { Answered } from './answered.ts';

const found = (n: number) => async () => ({
  resource: { resourceType: 'Bundle', entry: Array.from({ length: n }, () => ({})) },
  response: { status: '200 OK' },
});

test('what a batch asks for is answered until it is enough; the rest is refused, each by itself', async () => {
  const answered = new Answered(10);
  expect((await answered.add(found(7))).response.status).toBe('200 OK');
  expect((await answered.add(found(0))).response.status).toBe('200 OK');
  expect((await answered.add(found(7))).response.status).toBe('200 OK');
  await expect(answered.add(found(0))).rejects.toMatchObject({ code: 'access.too-many' });
});

test('a file counts by its length: a batch of few entries is no way to have thousands of files in memory', async () => {
  const answered = new Answered(10);
  const file = async () => ({ resource: { resourceType: 'Binary', data: 'A'.repeat(12_000) }, response: { status: '200 OK' } });
  await answered.add(file);
  await answered.add(file);
  await expect(answered.add(file)).rejects.toMatchObject({ code: 'access.too-many' });
});
