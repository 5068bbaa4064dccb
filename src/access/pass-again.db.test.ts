import { describe, expect, test } from 'vitest';
import { testDatabase } from '../../test/support/database.ts';
import { PEOPLE } from '../../test/support/people.ts';
import { type Db, type Sql, uuidv7 } from '../kernel/index.ts';
import { endCareLink, openSession, passDoor, type Principal, READER_ROLE, registerLinks, revokeSessions, verifyChain } from './index.ts';
import { personLately, readSession } from './sessions.ts';
import { endChoice, writeChoice } from './store.ts';
import { eventsOfChain } from './store-audit.ts';

const database = testDatabase();
const start = new Date('2026-11-20T10:00:00.000Z');
const minutes = (n: number) => new Date(start.getTime() + n * 60_000);
const { gp } = PEOPLE;

/** The database as people are answered, which tells which statements were sent to it. */
function watched(): { db: Db; sent: string[] } {
  const sent: string[] = [];
  const telling = (sql: Sql): Sql => ({
    query(name, text, values) {
      sent.push(name);
      return sql.query(name, text, values);
    },
  });
  const reader = database.db.as(READER_ROLE);
  const db: Db = {
    ...reader,
    transaction: (work, first) => reader.transaction((tx, end) => work(telling(tx), end), first && ((owner) => first(telling(owner)))),
    exchange: (first, work) =>
      reader.exchange(
        (owner) => first(telling(owner)),
        (tx) => work(telling(tx)),
      ),
    steady: () => db,
  };
  return { db, sent };
}

async function newPatient(mergedInto: string | null = null): Promise<string> {
  const patientId = uuidv7();
  await database.db.query(
    'test-patient',
    `insert into identity.patient (patient_id, merged_into, status, birth_family, first_birth_given, birth_givens, birth_date, sex,
       compared_family, search_family, search_words, sound, created_at)
     values ($1, $2, 'provisional', 'ESSAI', 'JEANNE', 'JEANNE', '1955-06-12', 'F', '', '', '', '', now())`,
    [patientId, mergedInto],
  );
  return patientId;
}

const treats = (patientId: string) =>
  registerLinks(
    database.db,
    [{ patientId, holder: { person: gp.id }, kind: 'treating-doctor', since: minutes(-60), until: minutes(60) }],
    'test',
  );

/** One reading: what was answered, and what was asked of the database for it. */
async function read(patientId: string, { at = start, who = gp }: { at?: Date; who?: Principal } = {}) {
  const { db, sent } = watched();
  const asked = { who, action: 'biology.read', patientId, isFollowed: true, via: 'web', now: at, atOnce: true } as const;
  const answer = await passDoor(db, asked, async (tx, { homes }) => {
    await tx.query('the-record', 'select 1');
    return homes;
  }).catch(({ code, at: rule }: { code: string; at?: string }) => `${code} ${rule ?? ''}`.trim());
  return { answer, sent };
}

const trail = async (patientId: string) =>
  (await eventsOfChain(database.db, patientId, 0, 100)).map(({ allowed, rule }) => `${allowed ? 'read' : 'refused'}: ${rule}`);

const inOneExchange = ['access-pass-again', 'the-record'];

describe('who was let in a moment before', () => {
  test('is let in again with one exchange, and each reading is one event of a whole chain', async () => {
    const patientId = await newPatient();
    await treats(patientId);
    const readings = [await read(patientId), await read(patientId), await read(patientId)];
    expect(readings.map(({ answer }) => answer)).toEqual([[patientId], [patientId], [patientId]]);
    expect(readings.map(({ sent }) => sent)).toEqual([['access-facts', 'access-append-event', 'the-record'], inOneExchange, inOneExchange]);
    expect(await trail(patientId)).toEqual(Array(3).fill('read: treating-doctor'));
    expect((await verifyChain(database.db, patientId)).fault).toBeUndefined();
  });

  const choose = (patientId: string, kind: 'blocks' | 'opposes-consultation' | 'closed', holder = '') =>
    writeChoice(database.db, { patientId, kind, holder, now: start, by: `patient:${patientId}` });
  const refusals: [string, string, (patientId: string) => Promise<unknown>, Date?][] = [
    ['whose link ended', 'no-care-link', (patientId) => endCareLink(database.db, { patientId, holder: gp.id, now: start, endedBy: gp.id })],
    ['whose link ended of itself', 'no-care-link', async () => {}, minutes(61)],
    ['whom the patient shut out', 'blocked', (patientId) => choose(patientId, 'blocks', gp.id)],
    ['to whom, as to all, the patient hid the record', 'opposes-consultation', (patientId) => choose(patientId, 'opposes-consultation')],
    ['of whom the patient closed the record', 'record-closed', (patientId) => choose(patientId, 'closed')],
  ];
  test.each(refusals)('%s since reads nothing', async (_who, rule, change, at = start) => {
    const patientId = await newPatient();
    await treats(patientId);
    expect((await read(patientId)).sent).toContain('the-record');
    expect((await read(patientId)).sent).toEqual(inOneExchange);
    await change(patientId);
    const { answer } = await read(patientId, { at });
    expect(answer).toMatch(/^access\.denied /);
    expect(await trail(patientId)).toEqual(['read: treating-doctor', 'read: treating-doctor', `refused: ${rule}`]);
  });

  test('is judged anew when a right was given as when one was taken', async () => {
    const patientId = await newPatient();
    await treats(patientId);
    await read(patientId);
    const blocked = { patientId, kind: 'blocks', holder: gp.id, now: start, by: 'test' } as const;
    await writeChoice(database.db, blocked);
    expect((await read(patientId)).answer).toBe('access.denied blocked');
    await endChoice(database.db, { ...blocked, now: minutes(1) });
    expect((await read(patientId, { at: minutes(2) })).answer).toEqual([patientId]);
  });

  test('reads a record that was merged since under the one it was merged into, and what was merged into it with it', async () => {
    const [kept, merged] = [await newPatient(), await newPatient()];
    for (const patientId of [kept, merged]) {
      await treats(patientId);
      await read(patientId);
      expect((await read(patientId)).sent).toEqual(inOneExchange);
    }
    await database.db.query('test-merge', 'update identity.patient set merged_into = $2 where patient_id = $1', [merged, kept]);
    expect((await read(merged)).answer).toEqual([kept, merged]);
    expect((await read(kept)).answer).toEqual([kept, merged]);
    expect((await read(kept)).sent).toEqual(inOneExchange);
    expect([(await trail(merged)).length, (await trail(kept)).length]).toEqual([2, 5]);
  });

  test('whose session ended since is asked to sign in, and reads nothing', async () => {
    const patientId = await newPatient();
    await treats(patientId);
    const options = { now: start, idleMinutes: 30 };
    const session = await openSession(database.db, gp, start);
    await readSession(database.db, session, options);
    const reading = () => read(patientId, { who: personLately(session, options)! });
    await reading();
    expect((await reading()).sent).toEqual(inOneExchange);
    await revokeSessions(database.db, gp.id, start);
    expect((await reading()).answer).toBe('access.unauthenticated');
    expect(await trail(patientId)).toHaveLength(2);
    expect(personLately(session, options)).toBeUndefined();
  });
});
