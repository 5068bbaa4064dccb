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
