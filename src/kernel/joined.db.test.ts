import { beforeAll, expect, test } from 'vitest';
import { testDatabase } from '../../test/support/database.ts';
import type { Db } from './db.ts';
import { joined } from './joined.ts';

const database = testDatabase();
/** That of readers: roles are of the whole cluster, and this one is there. */
const LESSER = 'cigogne_reader';
const put = (sql: Pick<Db, 'query'>, n: number) => sql.query('', 'insert into kept values ($1)', [n]);
const kept = async () => (await database.db.query<{ n: number }>('', 'select n from kept order by n')).map(({ n }) => n);

beforeAll(() => database.db.script(`create table kept (n int primary key); revoke insert on kept from ${LESSER}`));

test('a part that fails takes back only its own, and the rest is committed with the whole', async () => {
  await database.db.transaction(async (tx) => {
    const within = joined(tx);
    await within.transaction((part) => put(part, 1));
    await expect(
      within.transaction(async (part) => {
        await put(part, 2);
        await put(part, 1);
      }),
    ).rejects.toThrow('duplicate key');
    await expect(put(within, 1)).rejects.toThrow('duplicate key');
    await Promise.all([3, 4, 5].map((n) => within.transaction((part) => put(part, n))));
    expect(await kept()).toEqual([]);
  });
  expect(await kept()).toEqual([1, 3, 4, 5]);
});

test('what begins a part says why it fails, and the whole goes on', async () => {
  await database.db.transaction(async (tx) => {
    const within = joined(tx);
    await put(within, 20);
    let isDone = false;
    const work = async () => {
      isDone = true;
    };
    await expect(within.as(LESSER).exchange((owner) => put(owner, 20), work)).rejects.toThrow('duplicate key');
    await put(within, 21);
    expect(isDone).toBe(false);
  });
  expect((await kept()).filter((n) => n >= 20)).toEqual([20, 21]);
  await database.db.query('', 'delete from kept where n >= 20');
});

test('nothing is kept of any part when the whole fails', async () => {
  await expect(
    database.db.transaction(async (tx) => {
      await put(joined(tx), 6);
      throw new Error('no');
    }),
  ).rejects.toThrow('no');
  expect(await kept()).not.toContain(6);
});

test('a part with the rights of a lesser role has them, and gives them back, also when it fails or holds another part', async () => {
  await database.db.transaction(async (tx) => {
    const within = joined(tx);
    const lesser = within.as(LESSER);
    expect(await lesser.query('', 'select current_user')).toEqual([{ current_user: LESSER }]);
    await expect(put(lesser, 7)).rejects.toThrow('permission denied');
    await put(within, 8);
    await lesser.transaction(async (part) => {
      await Promise.all([9, 10].map((n) => put(within, n)));
      expect(await part.query('', 'select current_user')).toEqual([{ current_user: LESSER }]);
    });
  });
  expect(await kept()).toEqual([1, 3, 4, 5, 8, 9, 10]);
});
