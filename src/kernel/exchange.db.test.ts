import { beforeAll, beforeEach, expect, test } from 'vitest';
import { testDatabase } from '../../test/support/database.ts';
import { openDb, type Sql } from './db.ts';

const database = testDatabase();
/** That of readers: roles are of the whole cluster, and this one is there. */
const LESSER = 'cigogne_reader';
const put = (sql: Sql, n: unknown) => sql.query('test-put', 'insert into exchanged values ($1)', [n]);
const asWhom = async (sql: Sql) => (await sql.query<{ current_user: string }>('test-whom', 'select current_user'))[0]!.current_user;
const kept = async () => (await database.db.query<{ n: number }>('', 'select n from exchanged order by n')).map(({ n }) => n);

beforeAll(() =>
  database.db.script(
    `create table exchanged (n int primary key deferrable initially deferred check (n < 100)); revoke insert on exchanged from ${LESSER}`,
  ),
);
beforeEach(() => database.db.script('truncate exchanged'));

test('what comes first is asked by the owner, the work by the lesser role, and both are kept together', async () => {
  let first = '';
  const owner = await asWhom(database.db);
  const reader = database.db.as(LESSER);
  const exchange = () =>
    reader.exchange(
      async (tx) => void ([first] = await Promise.all([asWhom(tx), put(tx, 1)])),
      (tx) => asWhom(tx),
    );
  expect(await exchange()).toBe(LESSER);
  expect([first, await asWhom(database.db), await kept()]).toEqual([owner, owner, [1]]);
});

test('the role and what was set go with the exchange', async () => {
  const alone = openDb({ url: database.url, maxConnections: 1 });
  try {
    await alone.as(LESSER).exchange(
      (tx) => tx.query('', `select set_config('cigogne.records', 'open', true)`),
      async () => {},
    );
    const after = await alone.query(
      '',
      `select current_user = session_user as "isOwner", current_setting('cigogne.records', true) as records`,
    );
    expect(after).toEqual([{ isOwner: true, records: '' }]);
  } finally {
    await alone.close();
  }
});

test('a statement that fails takes all of it back, and those after it are told why', async () => {
  const alone = openDb({ url: database.url, maxConnections: 1 });
  try {
    const told: string[] = [];
    const note = (error: Error) => void told.push(error.message);
    const fail = () =>
      alone.exchange(
        (tx) => put(tx, 2),
        (tx) => Promise.all([put(tx, 200).catch(note), tx.query('test-after', 'select 1 as one').catch(note)]),
      );
    await expect(fail()).rejects.toThrow('check constraint');
    expect(told).toEqual([expect.stringContaining('check constraint'), expect.stringContaining('check constraint')]);
    expect(await kept()).toEqual([]);
    // The one connection there is goes on, and has what it never read read to it.
    expect(await alone.query('test-after', 'select 1 as one')).toEqual([{ one: 1 }]);
  } finally {
    await alone.close();
  }
});

test('what only the commit finds out is told by the exchange', async () => {
  await database.db.query('', 'insert into exchanged values (3)');
  await expect(
    database.db.exchange(
      (tx) => put(tx, 3),
      async (tx) => tx.query('', 'select 1'),
    ),
  ).rejects.toThrow('duplicate key');
  expect(await kept()).toEqual([3]);
});

test('a value that cannot be written keeps nothing of it', async () => {
  const circle: Record<string, unknown> = {};
  circle['self'] = circle;
  await expect(
    database.db.exchange(
      (tx) => put(tx, 4),
      (tx) => put(tx, circle),
    ),
  ).rejects.toThrow('circular');
  expect(await kept()).toEqual([]);
  expect(await database.db.query('', 'select 1 as one')).toEqual([{ one: 1 }]);
});

test('whoever is given the connection after a value that could not be written asks the same statement, and is answered', async () => {
  const circle: Record<string, unknown> = {};
  circle['self'] = circle;
  const alone = openDb({ url: database.url, maxConnections: 1 });
  const asked = (value: unknown) => (tx: Sql) => tx.query('test-circle', 'select $1::text as said', [value]);
  for (const db of [alone, alone.as(LESSER)]) {
    await expect(db.transaction(asked(circle))).rejects.toThrow('circular');
    expect(await db.transaction(asked('one'))).toEqual([{ said: 'one' }]);
    await expect(db.query('test-circle', 'select $1::text as said', [circle])).rejects.toThrow('circular');
    expect(await db.query('test-circle', 'select $1::text as said', ['two'])).toEqual([{ said: 'two' }]);
  }
  await alone.close();
});

test('a statement asked for once it has left is refused', async () => {
  const late = database.db.exchange(
    (tx) => put(tx, 5),
    async (tx) => {
      await tx.query('', 'select 1');
      return tx.query('', 'select 2');
    },
  );
  await expect(late).rejects.toThrow('after the end of its exchange');
});
