import { beforeAll, expect, test } from 'vitest';
import { accessesSchema } from '../src/access/contract.ts';
import { passDoor, type Principal, registerLinks } from '../src/access/index.ts';
import { PATIENT_ID, PEOPLE } from './support/people.ts';
import { testServer } from './support/server.ts';

const server = testServer();
const post = async (who: Principal, path: string, payload?: object) =>
  server.app.inject({
    method: 'POST',
    url: `/api/patients/${PATIENT_ID}${path}`,
    headers: await server.as(who),
    ...(payload && { payload }),
  });
const patient: Principal = { ...PEOPLE.patient, patientId: PATIENT_ID };
const nurse = `rpps:${PEOPLE.nurse.id.slice('rpps:'.length)}`;

beforeAll(async () => {
  const { db } = server.database;
  await db.query(
    'test-patient',
    `insert into identity.patient (patient_id, status, birth_family, first_birth_given, birth_givens, birth_date, sex,
       compared_family, search_family, search_words, sound, created_at)
     values ($1, 'provisional', 'ESSAI-DEMO', 'ANNA', 'ANNA', '1980-01-02', 'F', '', '', '', '', now())`,
    [PATIENT_ID],
  );
  const since = new Date(Date.now() - 60_000);
  await registerLinks(
    db,
    [PEOPLE.gp, PEOPLE.nurse].map(({ id }) => ({ patientId: PATIENT_ID, holder: { person: id }, kind: 'care-team' as const, since })),
    'test',
  );
});

/** A page that follows the patient; `ended` is true once the server closed its stream. */
async function follow(who: Principal) {
  const answer = await server.app.inject({
    url: `/api/patients/${PATIENT_ID}/events`,
    headers: await server.as(who),
    payloadAsStream: true,
  });
  const page = { status: answer.statusCode, ended: false, leave: () => void answer.stream().destroy() };
  answer
    .stream()
    .on('end', () => {
      page.ended = true;
    })
    .resume();
  return page;
}

test('a page open to someone whom the patient shuts out hears nothing more at once; the pages of others stay open', async () => {
  const [shutOut, stays] = [await follow(PEOPLE.nurse), await follow(PEOPLE.gp)];
  expect([shutOut.status, stays.status]).toEqual([200, 200]);
  expect((await post(patient, '/sharing', { decision: 'block', holder: nurse })).statusCode).toBe(200);
  await expect.poll(() => shutOut.ended).toBe(true);
  expect(stays.ended).toBe(false);
  expect((await follow(PEOPLE.nurse)).status).toBe(403);
  stays.leave();
});

test('a page open under a link that ends is closed', async () => {
  const page = await follow(PEOPLE.gp);
  await post(patient, '/sharing', { decision: 'end-links', holder: PEOPLE.gp.id });
  await expect.poll(() => page.ended).toBe(true);
});

test('what leaves the screen is told to the patient: who printed or saved results', async () => {
  expect((await post(patient, '/exports')).statusCode).toBe(204);
  const answer = await server.app.inject({ url: `/api/patients/${PATIENT_ID}/accesses`, headers: await server.as(patient) });
  const [, printed] = accessesSchema.parse(answer.json()).accesses;
  expect(printed).toMatchObject({ action: 'a imprimé ou enregistré des résultats', outcome: 'allowed' });
});

test('a death that the register of identities knows closes what it must, in plain words, and those who treated still read', async () => {
  const { db } = server.database;
  const since = new Date(Date.now() - 60_000);
  await registerLinks(db, [{ patientId: PATIENT_ID, holder: { person: PEOPLE.gp.id }, kind: 'treating-doctor', since }], 'test');
  const page = await follow(patient);
  await db.query('test-death', `update identity.patient set deceased_on = '20261121' where patient_id = $1`, [PATIENT_ID]);
  await expect.poll(() => page.ended).toBe(true);
  const asks = (who: Principal, action: 'biology.read' | 'care-link.declare') =>
    passDoor(db, { who, action, patientId: PATIENT_ID, via: 'web', now: new Date() }, async (_tx, { rule }) => rule);
  await expect(asks(patient, 'biology.read')).rejects.toMatchObject({ at: 'deceased', message: expect.stringContaining('est décédée') });
  await expect(asks(PEOPLE.specialist, 'care-link.declare')).rejects.toMatchObject({ at: 'deceased' });
  await expect(asks(PEOPLE.gp, 'biology.read')).resolves.toBe('treating-doctor');
});
