import type { Socket } from 'node:net';
import pg from 'pg';
import { Exchange } from './exchange.ts';
import { Refusal } from './refusal.ts';

/** Anything that can run SQL: the pool outside a transaction, or the one connection of a transaction. */
export interface Sql {
  /**
   * Runs one statement.
   * @param name a constant: the statement is prepared once a connection under that name
   * @throws Refusal `store.unavailable` when the database is away or shutting down: the caller may try again; `request.invalid` for U+0000 in a value
   */
  query<Row extends pg.QueryResultRow>(name: string, text: string, values?: readonly unknown[]): Promise<Row[]>;
}

/** The database. `transaction` gives its `Sql` to `work` and commits when it returns, rolls back when it throws. */
export interface Db extends Sql {
  /**
   * `end`: for work that has given all its statements. The commit travels with them, so that the disk is waited for while their answers are read. What
   * throws afterwards rolls nothing back, unless it is one of these statements: then nothing of them was done.
   * `first`: what is asked before a lesser role is taken, and travels with the rest. Whoever gives it hears what became of it.
   */
  transaction<T>(work: (tx: Sql, end: () => void) => Promise<T>, first?: (owner: Sql) => Promise<unknown>): Promise<T>;
  /**
   * A transaction in one exchange: `first`, then `work` under the lesser role if there is one, both giving all their statements in the very turn in which they
   * are called. Nothing is sent before; all of it is done or nothing. It returns once committed; what `work` throws of its own rolls nothing back.
   */
  exchange<T>(first: (owner: Sql) => Promise<unknown>, work: (tx: Sql) => Promise<T>): Promise<T>;
  /** A connection of its own for LISTEN; `onLost` is told once, when the connection breaks. */
  listen(channel: string, onNotify: (payload: string) => void, onLost: (error: Error) => void): Promise<() => Promise<void>>;
  /** The same connections with the rights of a lesser role of the database, which row-level security holds. It has no `script`. */
  as(role: string): Db;
  /**
   * The same connections, whose transactions plan a statement once for whatever values it is given: for work that looks up a few rows by their keys, again and
   * again. PostgreSQL would plan those with a list among their values each time, which costs more than to run them. Not for searches, where values decide.
   */
  steady(): Db;
  /** Several statements as one text, without parameters: migrations and test fixtures only. */
  script(text: string): Promise<void>;
  close(): Promise<void>;
}

/** SQLSTATE classes that mean "not now" rather than "wrong": connection (08), resources (53), shutdown and start-up (57P). */
const AWAY = /^(08|53|57P)/;
/** SQLSTATE of a character that PostgreSQL keeps in no text (22021) and in no JSON (22P05): whoever sent it is told. */
const NO_TEXT = new Set(['22021', '22P05']);
const AWAY_SYSTEM = new Set(['ECONNREFUSED', 'ECONNRESET', 'EPIPE', 'ENOENT', 'ETIMEDOUT']);

function translate(error: unknown): unknown {
  const code = (error as { code?: string }).code ?? '';
  const message = error instanceof Error ? error.message : '';
  const lost =
    AWAY.test(code) ||
    AWAY_SYSTEM.has(code) ||
    /Connection terminated|timeout exceeded when trying to connect|Cannot use a pool after/.test(message);
  if (NO_TEXT.has(code)) return new Refusal('request.invalid', 'a character that no text holds (U+0000)', { cause: error });
  return lost ? new Refusal('store.unavailable', 'the database does not answer', { cause: error }) : error;
}

/** The constraint that an error broke, when it broke one. */
export function brokenConstraint(error: unknown): string | undefined {
  return error instanceof pg.DatabaseError ? error.constraint : undefined;
}

/** Did two transactions wait for one another? The database ended this one: nothing of it is wrong, it may be done again. */
export const isDeadlock = (error: unknown): boolean => error instanceof pg.DatabaseError && error.code === '40P01';

/** Does again, once, a transaction that the database ended for another that it waited on: nothing of the first time was kept. */
export async function againAfterDeadlock<T>(transaction: () => Promise<T>): Promise<T> {
  try {
    return await transaction();
  } catch (error) {
    if (!isDeadlock(error)) throw error;
    return transaction();
  }
}

// bigint and numeric come as text unless told otherwise; our bigints are counts below 2^53.
pg.types.setTypeParser(pg.types.builtins.INT8, Number);

/** A table is not read whole, however small it was when the statement was planned. */
const STEADY = 'set local plan_cache_mode = force_generic_plan; set local enable_seqscan = off';

const TAKE_ROLE = `select set_config('role', $1, true)`;

/** A connection that was just opened has everything to read and to plan: the first who is given it waits several times as long. */
const IDLE_MS = 10 * 60_000;

/**
 * Connections on which a value could not be written (too long, going round in circles): `pg` goes on believing that the statement is prepared there, when it had it closed. They are
 * used no more.
 */
const unsound = new WeakSet<pg.ClientBase>();

const corked = new WeakSet<pg.ClientBase>();

/** Statements given to one connection in the same turn leave in one write to the socket: each write is a call to the system. */
function travelTogether(client: pg.ClientBase): void {
  const { stream } = (client as unknown as { connection: { stream: Socket } }).connection;
  if (corked.has(client)) return;
  corked.add(client);
  stream.cork();
  process.nextTick(() => {
    corked.delete(client);
    stream.uncork();
  });
}

/**
 * Answered by a callback, not by the promise that `pg` offers: each of those holds its rows until the old generation is cleaned, and a reading of two
 * megabytes then costs the next ones a pause.
 */
function rowsOf<Row extends pg.QueryResultRow>(client: pg.ClientBase | pg.Pool, query: pg.QueryConfig): Promise<Row[]> {
  return new Promise((resolve, reject) => {
    client.query<Row>(query, (error, answer) => (error ? reject(error) : resolve(answer.rows)));
  });
}

export function openDb(options: { url: string; maxConnections: number }): Db {
  // Pipelined: statements of one transaction that do not wait for one another's answer travel together.
  const settings = { connectionString: options.url, application_name: 'cigogne', pipeline: true };
  const pool = new pg.Pool({ ...settings, max: options.maxConnections, connectionTimeoutMillis: 5_000, idleTimeoutMillis: IDLE_MS });
  // An idle connection that breaks (server restarted) is replaced by the pool; without a listener it would end the process.
  pool.on('error', () => {});
  // One that breaks in the middle of a transaction fails its statement, and is told once more as an event.
  pool.on('connect', (client) => client.on('error', () => {}));

  const on = (client: pg.ClientBase | pg.Pool): Sql => ({
    async query<Row extends pg.QueryResultRow>(name: string, text: string, values: readonly unknown[] = []) {
      if (!(client instanceof pg.Pool)) travelTogether(client);
      try {
        return await rowsOf<Row>(client, { name, text, values: values as unknown[] });
      } catch (error) {
        if (!(client instanceof pg.Pool || error instanceof pg.DatabaseError)) unsound.add(client);
        // Where it was asked, not the socket that the answer came by.
        if (error instanceof Error) Error.captureStackTrace(error);
        throw translate(error);
      }
    },
  });

  const connect = () =>
    pool.connect().catch((error: unknown) => {
      throw translate(error);
    });

  const exchangeAs =
    (role?: string): Db['exchange'] =>
    async (first, work) => {
      const client = await connect();
      let broken: Error | undefined;
      try {
        const exchange = new Exchange();
        first(exchange).catch(() => {});
        if (role !== undefined) exchange.query('kernel-take-role', TAKE_ROLE, [role]).catch(() => {});
        const doing = work(exchange);
        client.query(exchange as unknown as pg.Submittable);
        const result = await doing;
        await exchange.ended;
        return result;
      } catch (error) {
        // Nothing is left to take back; its answer is the last of those on their way.
        await client.query('').catch((lost: Error) => {
          broken = lost;
        });
        throw translate(error);
      } finally {
        client.release(broken);
      }
    };

  /** `role`: quoted, to be taken once what comes first is asked. */
  const transactionAs =
    ({ role, isSteady }: { role?: string; isSteady?: boolean }): Db['transaction'] =>
    async (work, first) => {
      const client = await connect();
      let broken: Error | undefined;
      let ending: Promise<pg.QueryResult> | undefined;
      const end = () => {
        travelTogether(client);
        ending = client.query('commit');
        ending.catch(() => {});
      };
      const given = on(client);
      const tx: Sql = {
        async query(...statement) {
          // It would run by itself, and under no lesser role.
          if (ending !== undefined) throw new Error('a statement after the end of its transaction');
          return given.query(...statement);
        },
      };
      try {
        // Not awaited: it travels with the first statement, and is executed before it.
        travelTogether(client);
        const beginning = isSteady ? `begin; ${STEADY}` : 'begin';
        const takeRole = `set local role ${role}`;
        const isOneStatement = role === undefined || first === undefined;
        const begun = client.query(isOneStatement && role !== undefined ? `${beginning}; ${takeRole}` : beginning);
        begun.catch(() => {});
        first?.(given).catch(() => {});
        const taken = isOneStatement ? begun : client.query(takeRole);
        taken.catch(() => {});
        const result = await work(tx, end);
        await taken;
        if (ending === undefined) end();
        await ending;
        return result;
      } catch (error) {
        await client.query('rollback').catch((rollbackError: Error) => {
          broken = rollbackError;
        });
        throw translate(error);
      } finally {
        client.release(broken ?? unsound.has(client));
      }
    };

  const db: Db = {
    ...on(pool),
    transaction: transactionAs({}),
    exchange: exchangeAs(),
    as(role) {
      const quoted = pg.escapeIdentifier(role);
      const script = () => Promise.reject(new Error(`the role ${role} runs no script`));
      const within = (isSteady: boolean): Db => {
        const transaction = transactionAs({ role: quoted, isSteady });
        const query: Db['query'] = (name, text, values) => transaction((tx) => tx.query(name, text, values));
        return { ...db, transaction, exchange: exchangeAs(role), script, query, steady: () => within(true) };
      };
      return within(false);
    },
    steady: () => ({ ...db, transaction: transactionAs({ isSteady: true }) }),
    async listen(channel, onNotify, onLost) {
      const client = new pg.Client(settings);
      let closing = false;
      client.on('notification', (message) => onNotify(message.payload ?? ''));
      client.on('error', (error) => {
        if (!closing) onLost(error);
        closing = true;
      });
      await client.connect().catch((error: unknown) => {
        throw translate(error);
      });
      await client.query(`listen ${client.escapeIdentifier(channel)}`);
      return async () => {
        closing = true;
        await client.end();
      };
    },
    async script(text) {
      await pool.query(text);
    },
    close: () => pool.end(),
  };
  return db;
}
