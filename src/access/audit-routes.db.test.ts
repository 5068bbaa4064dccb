import { beforeAll, describe, expect, test } from 'vitest';
import { PEOPLE } from '../../test/support/people.ts';
import { testServer } from '../../test/support/server.ts';
import { registerPractitioners, registerStructures } from '../directory/index.ts';
import { uuidv7 } from '../kernel/index.ts';
import { auditAlertsSchema, auditPageSchema, rightsSchema, watchedSchema } from './contract.ts';
import { FAMILY_RULES } from '../terminology/contract.ts';
import { settleFamilies } from './families-in-force.ts';
import { type Category, matrixCell, type Profession, RIGHTS_VERSION } from './matrix.ts';
import { passDoor, type Principal, registerLinks } from './index.ts';

const [MASS_PATIENTS, REFUSED_PATIENTS] = [30, 3];
const server = testServer({ env: { AUDIT_MASS_PATIENTS: `${MASS_PATIENTS}`, AUDIT_REFUSED_PATIENTS: `${REFUSED_PATIENTS}` } });
const ago = (minutes: number) => new Date(Date.now() - minutes * 60_000);
const [read, refused] = [
  Array.from({ length: MASS_PATIENTS + 1 }, () => uuidv7()),
  Array.from({ length: REFUSED_PATIENTS }, () => uuidv7()),
];
const cousin = uuidv7();

async function look(who: Principal, patientId: string, action: 'biology.read' | 'break-glass.declare' = 'biology.read'): Promise<void> {
  const reason = action === 'break-glass.declare' ? { reason: 'Malaise, patient inconscient' } : {};
  const door = { who, action, patientId, ...reason, via: 'web', now: ago(30) };
  await passDoor(server.database.db, door, async () => 0).catch(() => 0);
}

beforeAll(async () => {
  const { db } = server.database;
  await db.query(
    'test-patient',
    `insert into identity.patient (patient_id, status, birth_family, first_birth_given, birth_givens, birth_date, sex,
       compared_family, search_family, search_words, sound, created_at)
     values ($1, 'provisional', 'Lefèvre-Demo', 'ANNA', 'ANNA', '1980-01-02', 'F', '', '', '', '', now())`,
    [cousin],
  );
  const links = [...read, cousin].map((patientId) => ({
    patientId,
    holder: { person: PEOPLE.gp.id },
    kind: 'treating-doctor' as const,
    since: new Date(0),
  }));
  await registerLinks(db, links, 'test');
  for (const patientId of [...read, cousin]) await look(PEOPLE.gp, patientId);
  for (const patientId of refused) await look(PEOPLE.nurse, patientId);
  await look(PEOPLE.specialist, read[0]!, 'break-glass.declare');
});

const get = async (who: Principal, url: string) => server.app.inject({ url, headers: await server.as(who) });

describe('the data protection officer', () => {
  test('is shown emergencies, many records opened, many refused, and readers who bear the patient’s name', async () => {
    const { alerts } = auditAlertsSchema.parse((await get(PEOPLE.dpo, '/api/audit/alerts')).json());
    expect(alerts.find(({ kind }) => kind === 'break-glass')).toMatchObject({
      who: PEOPLE.specialist.name,
      reason: 'Malaise, patient inconscient',
    });
    expect(alerts.find(({ kind }) => kind === 'mass-reading')).toMatchObject({ actor: PEOPLE.gp.id, patients: MASS_PATIENTS + 2 });
    expect(alerts.find(({ kind }) => kind === 'no-care-link')).toMatchObject({ actor: PEOPLE.nurse.id, patients: REFUSED_PATIENTS });
    expect(alerts.filter(({ kind }) => kind === 'same-name')).toMatchObject([{ actor: PEOPLE.gp.id, patientId: cousin }]);
  });

  test('is shown who opened the record of someone named as a colleague of theirs', async () => {
    const { db } = server.database;
    const finess = PEOPLE.gp.organisation!.finess;
    await registerStructures(db, [{ ...PEOPLE.gp.organisation!, kind: 'practice' }]);
    const alertsOfColleagues = async () =>
      auditAlertsSchema.parse((await get(PEOPLE.dpo, '/api/audit/alerts')).json()).alerts.filter(({ kind }) => kind === 'colleague');
    expect(await alertsOfColleagues()).toEqual([]);
    await registerPractitioners(db, [{ rpps: '899700000999', family: 'LEFEVRE-DEMO', given: 'Anna', structures: [finess], mailboxes: [] }]);
    expect(await alertsOfColleagues()).toMatchObject([{ actor: PEOPLE.gp.id, patientId: cousin }]);
  });

  test('has a record watched: each reading of it is told from then on, and the patient reads that it is', async () => {
    const watch = async (isWatched: boolean) =>
      server.app.inject({
        method: 'POST',
        url: '/api/audit/watched',
        headers: await server.as(PEOPLE.dpo),
        payload: { patientId: cousin, isWatched },
      });
    const told = async () =>
      auditAlertsSchema.parse((await get(PEOPLE.dpo, '/api/audit/alerts')).json()).alerts.filter(({ kind }) => kind === 'watched');
    expect(await told()).toEqual([]);
    expect(watchedSchema.parse((await watch(true)).json()).watched).toMatchObject([{ patientId: cousin, by: PEOPLE.dpo.id }]);
    const door = { who: PEOPLE.gp, action: 'biology.read', patientId: cousin, via: 'web', now: new Date() } as const;
    await passDoor(server.database.db, door, async () => 0);
    expect(await told()).toMatchObject([{ actor: PEOPLE.gp.id, patientId: cousin }]);
    expect(watchedSchema.parse((await watch(false)).json()).watched).toEqual([]);
    const trace = await server.database.db.query(
      'test-watch',
      `select 1 from access.audit_event where chain = $1 and action = 'audit.watch'`,
      [cousin],
    );
    expect(trace).toHaveLength(2);
  });

  test('reads the trail page after page, without an event twice', async () => {
    const seen: string[] = [];
    let after = '';
    do {
      const page = auditPageSchema.parse(
        (await get(PEOPLE.dpo, `/api/audit?actor=${PEOPLE.gp.id}&after=${after}`.replace(/&after=$/, ''))).json(),
      );
      seen.push(...page.events.map(({ patientId }) => patientId!));
      after = page.next ?? '';
    } while (after !== '');
    expect(seen.toSorted()).toEqual([...read, cousin, cousin].toSorted());
  });

  test('looks for one record, one person, what was refused, what was an emergency', async () => {
    const found = async (query: string) => auditPageSchema.parse((await get(PEOPLE.dpo, `/api/audit?${query}`)).json()).events;
    expect((await found(`patientId=${read[0]}`)).map(({ actor }) => actor).toSorted()).toEqual(
      [PEOPLE.gp.id, PEOPLE.specialist.id].toSorted(),
    );
    expect(await found('outcome=denied')).toHaveLength(REFUSED_PATIENTS);
    expect((await found('mode=break-glass')).map(({ actor }) => actor)).toEqual([PEOPLE.specialist.id]);
    expect(await found(`to=${ago(60).toISOString()}`)).toEqual([]);
  });

  test('leaves a trace in the record whose readings were looked for, which its patient reads', async () => {
    const trace = await server.database.db.query(
      'test-trace',
      `select 1 from access.audit_event where chain = $1 and action = 'audit.search'`,
      [read[0]],
    );
    expect(trace).toHaveLength(1);
  });

  test('reads which rule granted or refused, in words that are neither the patient’s nor the reader’s', async () => {
    const page = async (language: string) =>
      auditPageSchema.parse((await get(PEOPLE.dpo, `/api/audit?outcome=denied&actor=${PEOPLE.nurse.id}&language=${language}`)).json());
    expect((await page('fr')).events[0]).toMatchObject({ rule: 'Refusé : aucun lien de soin', ruleId: 'no-care-link' });
    expect((await page('en')).events[0]).toMatchObject({ rule: 'Refused: no care link' });
  });

  test('reads no name of a patient, not even of one who looked at their own record', async () => {
    await look(PEOPLE.patient, PEOPLE.patient.patientId);
    const { body } = await get(PEOPLE.dpo, '/api/audit');
    expect(body).toContain(PEOPLE.patient.id);
    expect(body).not.toContain(PEOPLE.patient.name);
  });

  test('reads who may read sensitive results, by the strict default until the region settles its own table', async () => {
    const rights = async () => rightsSchema.parse((await get(PEOPLE.dpo, '/api/rights')).json());
    const { families, familyTable } = await rights();
    expect(familyTable).toBeNull();
    expect(families.find(({ family }) => family === 'hiv')).toMatchObject({
      professionals: 'treating-doctor-prescriber-laboratory',
      isRegional: false,
    });
    const rule = { ...FAMILY_RULES.hiv, professionals: 'care-team' as const };
    settleFamilies([{ version: 'Délibération 12', from: '2026-01-01', rules: { ...FAMILY_RULES, hiv: rule }, settled: ['hiv'] }]);
    const regional = await rights();
    settleFamilies([]);
    expect(regional).toMatchObject({
      version: `${RIGHTS_VERSION}+Délibération 12`,
      familyTable: { version: 'Délibération 12', from: '2026-01-01' },
    });
    expect(regional.families.find(({ family }) => family === 'hiv')).toMatchObject({ professionals: 'care-team', isRegional: true });
    expect(regional.history).toMatchObject([
      {
        version: `${RIGHTS_VERSION}+Délibération 12`,
        changes: [{ kind: 'family', row: 'hiv', column: 'professionals', from: 'treating-doctor-prescriber-laboratory', to: 'care-team' }],
      },
      { version: RIGHTS_VERSION, changes: [] },
    ]);
    expect((await rights()).history).toHaveLength(3);
  });

  test('reads the rights in force as they decide, and nobody else does', async () => {
    const { version, professions, categories, stands, reasons } = rightsSchema.parse((await get(PEOPLE.dpo, '/api/rights')).json());
    expect(version).toBe(RIGHTS_VERSION);
    for (const { category, cells } of categories)
      expect(cells).toEqual(professions.map((profession) => matrixCell(category as Category, profession as Profession) ?? null));
    const masked = reasons.find(({ reason }) => reason === 'masked')!;
    expect(stands.filter((_stand, n) => masked.isOpen[n])).toEqual(['holder', 'representative', 'treating-doctor', 'author', 'producer']);
    expect((await get(PEOPLE.gp, '/api/rights')).statusCode).toBe(403);
  });

  test('is asked for a period and a place that exist', async () => {
    for (const query of ['after=somewhere', 'from=yesterday', 'patientId=1', 'outcome=both'])
      expect([query, (await get(PEOPLE.dpo, `/api/audit?${query}`)).statusCode]).toEqual([query, 400]);
  });

  test('is the only one to read across people, and opens no record', async () => {
    for (const who of [PEOPLE.gp, PEOPLE.operator, PEOPLE.patient, PEOPLE['identity-cell']]) {
      expect((await get(who, '/api/audit')).statusCode).toBe(403);
      expect((await get(who, '/api/audit/alerts')).statusCode).toBe(403);
    }
    const record = await get(PEOPLE.dpo, `/api/patients/${read[0]}/biology`);
    expect([record.statusCode, record.json().at]).toEqual([403, 'no-clinical-data']);
  });
});
