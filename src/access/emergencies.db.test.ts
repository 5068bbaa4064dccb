import { beforeAll, expect, test } from 'vitest';
import { PEOPLE } from '../../test/support/people.ts';
import { testServer } from '../../test/support/server.ts';
import { pdfText } from '../formats/index.ts';
import type { OpenedPatient } from '../identity/contract.ts';
import { registerPatients } from '../identity/index.ts';
import { uuidv7 } from '../kernel/index.ts';
import { accessesSchema, auditAlertsSchema } from './contract.ts';
import type { Principal } from './index.ts';

const server = testServer();
const patientId = uuidv7();
const patient: Principal = { ...PEOPLE.patient, patientId };
const REASON = 'Patiente inconsciente après une chute, aux urgences';

const ask = async (who: Principal, method: 'GET' | 'POST', url: string, payload?: object) =>
  server.app.inject({ method, url: `/api${url}`, headers: await server.as(who), ...(payload && { payload }) });
const opened = async () => (await ask(patient, 'GET', `/patients/${patientId}`)).json<OpenedPatient>();
const alertOf = async () => {
  const { alerts } = auditAlertsSchema.parse((await ask(PEOPLE.dpo, 'GET', '/audit/alerts')).json());
  return alerts.find(({ kind }) => kind === 'break-glass')!;
};
const events = async () => (await server.database.db.query<{ n: number }>('', 'select count(*)::int as n from access.audit_event'))[0]!.n;

beforeAll(async () => {
  const traits = {
    birthFamily: 'ESSAI',
    birthGivens: 'JEANNE MARIE',
    firstBirthGiven: 'JEANNE',
    usedFamily: 'DURAND',
    sex: 'F' as const,
    birthDate: '1955-06-12',
  };
  await registerPatients(server.database.db, [{ patientId, traits, status: 'validated' }], new Date());
  await ask(PEOPLE.specialist, 'POST', `/patients/${patientId}/break-glass`, { reason: REASON });
});

test('an emergency is told to the patient at the next opening of their record, by name and with its reason, and to nobody else', async () => {
  const { emergencies } = await opened();
  expect(emergencies).toMatchObject([{ who: PEOPLE.specialist.name, reason: REASON }]);
  expect((await ask(PEOPLE.specialist, 'GET', `/patients/${patientId}`)).json<OpenedPatient>().emergencies).toBeUndefined();
});

test('the officer prints a letter that says who, when and why, and nothing of the record; the patient reads that it was printed', async () => {
  const { sequence, told } = await alertOf();
  expect(told).toEqual([]);
  const url = `/audit/emergencies/${patientId}/${sequence}/letter`;
  const before = await events();
  const answer = await ask(PEOPLE.dpo, 'POST', url);
  expect([answer.statusCode, answer.headers['content-type'], (await events()) - before]).toEqual([200, 'application/pdf', 1]);
  const words = (await pdfText(answer.rawPayload)).text.replaceAll(/\s+/g, ' ');
  expect(words).toContain('JEANNE DURAND');
  expect(words).toContain(PEOPLE.specialist.name);
  expect(words).toContain(REASON);
  expect((await alertOf()).told).toEqual(['letter']);
  for (const who of [PEOPLE.operator, PEOPLE.gp, PEOPLE['identity-cell'], patient])
    expect((await ask(who, 'POST', url)).statusCode).toBe(403);
  expect((await ask(PEOPLE.dpo, 'POST', url.replace(`/${sequence}/`, '/999/'))).statusCode).toBe(404);
  const { accesses } = accessesSchema.parse((await ask(patient, 'GET', `/patients/${patientId}/accesses`)).json());
  const printed = accesses.filter(({ actionId, outcome }) => actionId === 'emergency.letter' && outcome === 'allowed');
  expect(printed.map(({ action }) => action)).toContain('a imprimé la lettre qui vous informe d’une ouverture en urgence');
});

test('what the patient said to have read is not told again; an emergency declared since is', async () => {
  const [first] = (await opened()).emergencies!;
  const read = (who: Principal, upTo: string) => ask(who, 'POST', `/patients/${patientId}/emergencies/read`, { upTo });
  expect((await read(PEOPLE.specialist, first!.at)).statusCode).toBe(403);
  await ask(PEOPLE.gp, 'POST', `/patients/${patientId}/break-glass`, { reason: 'Malaise dans la salle d’attente' });
  const before = await events();
  expect([(await read(patient, first!.at)).statusCode, (await events()) - before]).toEqual([204, 1]);
  expect((await opened()).emergencies).toMatchObject([{ who: PEOPLE.gp.name }]);
  const { alerts } = auditAlertsSchema.parse((await ask(PEOPLE.dpo, 'GET', '/audit/alerts')).json());
  expect(alerts.filter(({ kind }) => kind === 'break-glass').map(({ told }) => told)).toEqual([[], ['letter', 'screen']]);
});
