/**
 * One message found among many: `node bench/messages.ts [messages, 10000000]`.
 *
 * Messages of a year, of 200 senders, are written by the database itself (so many documents would take days to deposit); its indexes are made after, and are those
 * of the product. Then each search of the screen, as its route makes it, and how the database answers it.
 */
import type { Db } from '#kernel';
import { latestMessages, type MessagesAsked } from '../src/exchange/store-messages.ts';
import { findDocument } from '../src/exchange/store-trace.ts';
import { withDatabase } from './support/database.ts';
import { machineFacts } from './support/figures.ts';
import { showTimes } from './support/reports-of-today.ts';

const MESSAGES = Number(process.argv[2] ?? 10_000_000);
const SENDERS = 200;
const DAY_MS = 86_400_000;
const TRIES = 100;
const PROMISED_MS = 1_000;

/** Fills `exchange.delivery` as a year of traffic: most are read or delivered, one in a thousand came back, one sender sends a hundred in all. */
async function fill(db: Db): Promise<void> {
  const indexes = await db.query<{ name: string; definition: string; constraintDefinition: string | null }>(
    '',
    `select i.indexrelid::regclass::text as name, pg_get_indexdef(i.indexrelid) as definition, pg_get_constraintdef(c.oid) as "constraintDefinition"
     from pg_index i left join pg_constraint c on c.conindid = i.indexrelid where i.indrelid = 'exchange.delivery'::regclass`,
  );
  const bare = (name: string) => name.replace('exchange.', '');
  for (const { name, constraintDefinition } of indexes)
    await db.script(constraintDefinition === null ? `drop index ${name}` : `alter table exchange.delivery drop constraint ${bare(name)}`);
  await db.script(
    `insert into exchange.delivery (patient_id, delivery_id, document_id, unique_id, set_id, structure, action, role, recipient, recipient_name, rule, state,
       reason, created_at, next_at)
     select gen_random_uuid(),
       (lpad(to_hex((extract(epoch from at) * 1000)::bigint), 12, '0') || '7' || substr(md5(n::text), 1, 3) || '8' || substr(md5(n::text), 4, 15))::uuid,
       gen_random_uuid(), '1.2.250.1.999.99.' || n, n::text, case when n % ${Math.ceil(MESSAGES / 100)} = 0 then '990009999' else '99000' || lpad((n % ${SENDERS})::text, 4, '0') end,
       'send', 'copy', 'rpps:8' || lpad((n % 30000)::text, 11, '0'), '', 'R-02',
       case when n % 1000 = 7 then 'dead' when n % 1000 = 8 then 'held' when n % 1000 = 9 then 'cancelled' when n > ${MESSAGES - 50} then 'waiting'
         when n % 10 = 1 then 'sent' when n % 2 = 0 then 'read' else 'delivered' end,
       case when n % 1000 = 7 then 'address.refused' when n % 1000 = 8 then 'address.none' end, at, at
     from (select n, now() - interval '1 year' * (1 - n::float8 / ${MESSAGES}) as at from generate_series(1, ${MESSAGES}) n) s`,
  );
  for (const { name, definition, constraintDefinition } of indexes)
    await db.script(
      constraintDefinition === null ? definition : `alter table exchange.delivery add constraint ${bare(name)} ${constraintDefinition}`,
    );
  await db.script('vacuum analyze exchange.delivery');
}

/** The same, with what PostgreSQL says of the longest: its plan, without its figures of memory. */
async function search(db: Db, what: string, one: (db: Db, n: number) => Promise<unknown[]>): Promise<void> {
  const times: number[] = [];
  let found = 0;
  for (let n = 1; n <= TRIES; n += 1) {
    const started = performance.now();
    found += (await one(db, n)).length;
    times.push(performance.now() - started);
  }
  showTimes(`${what} (${(found / TRIES).toFixed(0)} found)`, times, PROMISED_MS);
  const plans: string[] = [];
  const explaining: Db = {
    ...db,
    query: async (_name, text, values) => {
      plans.push(
        ...(await db.query<{ 'QUERY PLAN': string }>('', `explain (analyze, timing off, costs off, buffers off) ${text}`, values)).map(
          (row) => row['QUERY PLAN'],
        ),
      );
      return db.query('', text, values);
    },
  };
  await one(explaining, TRIES);
  const told = plans.filter((line) => /Scan|Execution Time/.test(line) && !/CTE|Function|never executed|WorkTable|Subquery/.test(line));
  for (const line of told) console.log(`    ${line.trim()}`);
}

console.log(machineFacts());
await withDatabase(async (db) => {
  const started = performance.now();
  await fill(db);
  const [size] = await db.query<{ size: string }>('', `select pg_size_pretty(pg_total_relation_size('exchange.delivery')) as size`);
  console.log(`${MESSAGES} messages, ${size!.size} with their indexes, written in ${((performance.now() - started) / 1_000).toFixed(0)} s`);
  const sender = (n: number) => `99000${String((n * 7) % SENDERS).padStart(4, '0')}`;
  const daysAgo = (days: number) => new Date(Date.now() - days * DAY_MS);
  const latest = (asked: (n: number) => Partial<MessagesAsked>) => (on: Db, n: number) =>
    latestMessages(on, { structures: null, most: 50, ...asked(n) });
  await search(db, 'by the identifier of the document', async (on, n) => {
    const document = await findDocument(on, `1.2.250.1.999.99.${(n * 99_991) % MESSAGES || 1}`, null);
    return document ? [document] : [];
  });
  await search(
    db,
    'the latest, of every sender',
    latest(() => ({})),
  );
  await search(
    db,
    'of one sender',
    latest((n) => ({ structures: [sender(n)] })),
  );
  await search(
    db,
    'of a sender who sends little',
    latest(() => ({ structures: ['990009999'] })),
  );
  await search(
    db,
    'of one day, months ago',
    latest((n) => ({ from: daysAgo(n + 100), until: daysAgo(n + 99) })),
  );
  await search(
    db,
    'refused, of every sender',
    latest(() => ({ states: ['dead'] })),
  );
  await search(
    db,
    'waiting, of one sender (mostly none)',
    latest((n) => ({ states: ['waiting'], structures: [sender(n)] })),
  );
  await search(
    db,
    'refused, of one sender, of one week',
    latest((n) => ({ states: ['dead'], structures: [sender(n)], from: daysAgo(n + 7), until: daysAgo(n) })),
  );
});
