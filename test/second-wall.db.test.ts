import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { knock, passDoor, READER_ROLE, registerLinks } from '../src/access/index.ts';
import { type Db, findMigrations, migrate, openDb, type Sql, uuidv7 } from '../src/kernel/index.ts';
import { testDatabase } from './support/database.ts';
import { PEOPLE } from './support/people.ts';

const database = testDatabase();
const now = new Date();
const [mine, other, merged] = [uuidv7(), uuidv7(), uuidv7()];
const reader = () => database.db.as(READER_ROLE);

beforeAll(async () => {
  const { db } = database;
  for (const [patientId, into] of [
    [mine, null],
    [other, null],
    [merged, mine],
  ]) {
    await db.query(
      'test-patient',
      `insert into identity.patient (patient_id, merged_into, status, birth_family, first_birth_given, birth_givens, birth_date, sex,
         compared_family, search_family, search_words, sound, created_at)
       values ($1, $2, 'provisional', 'ESSAI', 'JEANNE', 'JEANNE', '1955-06-12', 'F', '', '', '', '', now())`,
      [patientId, into],
    );
    await db.query(
      'test-document',
      `insert into record.document (patient_id, document_id, unique_id, set_id, version, replaces, structure, status, sampled_at, received_at, head, results)
       values ($1, $2, $3, '1', 1, '{}', '990000101', 'final', now(), now(), '{}', '[]')`,
      [patientId, uuidv7(), `1.2.${patientId}`],
    );
  }
  await registerLinks(db, [{ patientId: mine!, holder: { person: PEOPLE.gp.id }, kind: 'treating-doctor', since: new Date(0) }], 'test');
});

const ask = (patientId: string) => ({ who: PEOPLE.gp, action: 'biology.read', patientId, via: 'web', now }) as const;
const owners = async (sql: Sql) =>
  (await sql.query<{ patient: string }>('test-owners', 'select patient_id as patient from record.document order by 1')).map(
    ({ patient }) => patient,
  );

describe('the second wall', () => {
  test('shows no record to code that forgot the door', async () => {
    expect(await owners(database.db)).toHaveLength(3);
    expect(await owners(reader())).toEqual([]);
    expect(await reader().transaction(owners)).toEqual([]);
  });

  test('shows behind the door the records of that patient, merged ones included, and no other, whatever is asked', async () => {
    expect(await passDoor(reader(), ask(mine!), owners)).toEqual([mine, merged].toSorted());
    const asked = passDoor(reader(), ask(mine!), (tx) =>
      tx.query('test-other', 'select * from record.document where patient_id = $1 or true', [other]),
    );
    expect(await asked).toHaveLength(2);
  });

  test('opens nothing when the door refuses, and nothing stays open on the connection', async () => {
    const seen = await reader().transaction(async (tx) => {
      const { allowed } = await knock(tx, ask(other!));
      return { allowed, owners: await owners(tx) };
    });
    expect(seen).toEqual({ allowed: false, owners: [] });
    const narrow = openDb({ url: database.url, maxConnections: 1 });
    expect(await passDoor(narrow.as(READER_ROLE), ask(mine!), owners)).toHaveLength(2);
    expect(await owners(narrow.as(READER_ROLE))).toEqual([]);
    await narrow.close();
  });

  test('lets nobody write into, change or take from the record of another', async () => {
    const behind = (text: string) => passDoor(reader(), ask(mine!), (tx) => tx.query('', text));
    expect(await behind(`update record.document set head = 'x' where patient_id = '${other}' returning 1`)).toEqual([]);
    expect(await behind(`delete from record.document where patient_id = '${other}' returning 1`)).toEqual([]);
    await expect(
      behind(`insert into record.document_event (patient_id, event_id, document_id, kind, at, actor, actor_name, role)
        values ('${other}', '${uuidv7()}', '${uuidv7()}', 'tell', now(), 'x', 'x', 'gp')`),
    ).rejects.toThrow('row-level security');
  });

  test('shows of the audit what is about the record opened', async () => {
    const chains = (sql: Sql) => sql.query<{ chain: string }>('test-chains', 'select distinct chain from access.audit_event');
    expect((await chains(database.db)).length).toBeGreaterThan(1);
    expect(await passDoor(reader(), ask(mine!), chains)).toEqual([{ chain: mine }]);
    expect(await chains(reader())).toEqual([]);
  });

  test('stands before every table that holds what belongs to patients, whichever module made it, but for identities and the door’s own', async () => {
    const open = await database.db.query<{ place: string }>(
      'test-unprotected',
      `select c.table_schema || '.' || c.table_name as place from information_schema.columns c
       join pg_class p on p.oid = format('%I.%I', c.table_schema, c.table_name)::regclass
       where c.column_name = 'patient_id' and c.is_nullable = 'NO' and p.relkind = 'r' and not p.relrowsecurity order by 1`,
    );
    const clinical = open.filter(({ place }) => !/^(identity|practice|lgc)\./.test(place)).map(({ place }) => place);
    // Who may open a record is asked before any is opened; a practice and a care software of the tests have databases of their own.
    expect(clinical).toEqual(['access.care_link', 'access.patient_choice']);
  });

  test('has no way round by what the database offers: views, functions of another’s rights, large objects, copies to a file, the settings of others', async () => {
    const places = await database.db.query<{ place: string }>(
      'test-ways-round',
      `select c.oid::regclass::text as place from pg_class c join pg_namespace n on n.oid = c.relnamespace
         where c.relkind in ('v', 'm', 'f') and n.nspname !~ '^(pg_|information_schema)'
       union all select p.oid::regprocedure::text from pg_proc p join pg_namespace n on n.oid = p.pronamespace
         where p.prosecdef and n.nspname !~ '^(pg_|information_schema)'
       union all select c.oid::regclass::text || ' of ' || c.relowner::regrole from pg_class c where c.relowner = '${READER_ROLE}'::regrole
       union all select 'may ' || rolname from pg_roles where rolname = '${READER_ROLE}' and (rolsuper or rolbypassrls or rolcreaterole or rolcanlogin)
       union all select 'member of ' || roleid::regrole from pg_auth_members where member = '${READER_ROLE}'::regrole`,
    );
    expect(places).toEqual([]);
    // Prepared under a name, as all that the product asks: one command at a time, whatever a value holds.
    const behind = (text: string) => passDoor(reader(), ask(mine!), (tx) => tx.query(`test-way-${text.slice(0, 40)}`, text));
    for (const text of [
      `copy record.document to '/tmp/wall'`,
      `copy (select 1) to program 'cat'`,
      `select lo_import('/etc/hostname')`,
      `select pg_read_file('/etc/hostname')`,
      `select pg_stat_get_activity(null), pg_read_binary_file('pg_hba.conf')`,
      'select 1; select 2',
      `alter table record.document disable row level security`,
      `drop policy opened_by_the_door on record.document`,
      `create function access.records_open_too() returns int language sql as 'select 1'`,
      `create table record.mine (x int)`,
      `truncate record.document`,
    ])
      await expect(behind(text)).rejects.toThrow(/permission denied|must be owner|multiple commands/);
    // Asked without the rows that the wall hides, the database refuses rather than shows: and what it counted of a table is not readable.
    await expect(behind('set local row_security = off')).resolves.toEqual([]);
    await expect(
      passDoor(reader(), ask(mine!), async (tx) => {
        await tx.query('', 'set local row_security = off');
        return owners(tx);
      }),
    ).rejects.toThrow('row-level security');
    await database.db.script('analyze record.document');
    expect(await behind(`select most_common_vals from pg_stats where schemaname = 'record'`)).toEqual([]);
    // A schema of one's own put first in the search path holds no table that stands for ours: each is named with its schema.
    await expect(behind('create schema mine')).rejects.toThrow('permission denied');
    await expect(behind('create temporary table document (x int)')).resolves.toEqual([]);
  });

  test('is not told how to open others: what the door set for one transaction is forgotten with it, and its name opens no more than it says', async () => {
    expect(await reader().query('', `select coalesce(current_setting('cigogne.records', true), '') <> '' as "isOpen"`)).toEqual([
      { isOpen: false },
    ]);
    for (const value of ['', '{}', 'null', '%'])
      expect(
        await reader().transaction(async (tx) => {
          await tx.query('', `select set_config('cigogne.records', $1, true)`, [value]);
          return owners(tx).catch(() => []);
        }),
      ).toEqual([]);
  });

  test('leaves to the reader no bytes that are of nobody’s record yet, nor what anchors the audit, nor sessions', async () => {
    const open = await database.db.query<{ place: string }>(
      'test-unwalled',
      `select c.oid::regclass::text as place from pg_class c join pg_namespace n on n.oid = c.relnamespace
       where c.relkind = 'r' and not c.relrowsecurity and n.nspname in ('access', 'biology', 'exchange', 'letters', 'mail', 'record')
         and has_table_privilege('${READER_ROLE}', c.oid, 'select') order by 1`,
    );
    expect(open.map(({ place }) => place)).toEqual([
      'access.audit_head',
      'access.care_link',
      'access.patient_choice',
      'access.rights_in_force',
      'biology.saved_view',
      'exchange.absence',
      'exchange.circuit',
      'exchange.rule_set',
      'exchange.software_set',
      'exchange.unmatched_receipt',
      'mail.delegate',
      'mail.template',
      'record.deposit',
    ]);
    for (const act of ['update access.audit_event set reason = reason', 'delete from access.audit_event', 'delete from access.audit_head'])
      await expect(reader().query('', act)).rejects.toThrow('permission denied');
  });
});

describe('a database whose user is no superuser', () => {
  const name = `wall_${uuidv7().replaceAll('-', '')}`;
  let admin: Db;
  let own: Db;
  beforeAll(async () => {
    const base = inject('databaseUrl');
    admin = openDb({ url: base, maxConnections: 2 });
    await admin.script(`create role ${name} login password 'x'; `);
    await admin.script(`create database ${name} owner ${name}`);
    own = openDb({ url: base.replace(/\/\/[^@]*@/, `//${name}:x@`).replace(/postgres$/, name), maxConnections: 2 });
  });
  afterAll(async () => {
    await own.close();
    await admin.script(`drop database ${name} with (force)`);
    await admin.script(`drop role ${name}`);
    await admin.close();
  });

  test('is told which role to have made, and then serves behind the same wall', async () => {
    const migrations = findMigrations('src');
    await expect(migrate(own, migrations)).rejects.toThrow(`grant cigogne_reader to ${name}`);
    await admin.script(`grant cigogne_reader to ${name}`);
    await migrate(own, migrations);
    expect(await owners(own.as(READER_ROLE))).toEqual([]);
    await expect(passDoor(own.as(READER_ROLE), ask(mine!), owners)).rejects.toMatchObject({ at: 'no-care-link' });
  });
});
