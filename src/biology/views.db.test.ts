import { expect, test } from 'vitest';
import { PEOPLE } from '../../test/support/people.ts';
import { testServer } from '../../test/support/server.ts';
import type { Principal } from '../access/index.ts';
import type { SavedViews } from './contract.ts';

const server = testServer();
const structure = { finess: '990700001', name: 'Maison de santé des Essais' };
const colleague: Principal = { ...PEOPLE.nurse, organisation: structure };
const doctor: Principal = { ...PEOPLE.gp, organisation: structure };

const ask = async (who: Principal, method: 'GET' | 'POST' | 'DELETE', path = '', payload?: object) =>
  server.app.inject({ method, url: `/api/biology/views${path}`, headers: await server.as(who), ...(payload && { payload }) });
const labels = async (who: Principal) =>
  ((await ask(who, 'GET')).json() as SavedViews).views.map(({ label, isMine, isShared }) => [label, isMine, isShared]);

test('a view is its owner’s alone, or shared with the structure; only its owner removes it', async () => {
  const rows = ['potassium.serum', 'creatinine.serum'];
  const own = await ask(doctor, 'POST', '', { label: 'Mes reins', rows, isShared: false });
  const shared = await ask(doctor, 'POST', '', { label: 'Diabète de la maison', rows, isShared: true });
  expect([own.statusCode, shared.statusCode]).toEqual([201, 201]);
  expect(await labels(doctor)).toEqual([
    ['Diabète de la maison', true, true],
    ['Mes reins', true, false],
  ]);
  expect(await labels(colleague)).toEqual([['Diabète de la maison', false, true]]);
  expect(await labels(PEOPLE.specialist)).toEqual([]);
  const { viewId } = shared.json() as { viewId: string };
  expect((await ask(colleague, 'DELETE', `/${viewId}`)).statusCode).toBe(404);
  expect((await ask(doctor, 'DELETE', `/${viewId}`)).statusCode).toBe(204);
  expect(await labels(colleague)).toEqual([]);
});

test('who works in no structure shares with nobody, and a view has a name and rows', async () => {
  const { organisation: _none, ...alone } = PEOPLE.gp;
  expect((await ask(alone, 'POST', '', { label: 'x', rows: ['a'], isShared: true })).statusCode).toBe(400);
  expect((await ask(doctor, 'POST', '', { label: ' ', rows: ['a'], isShared: false })).statusCode).toBe(400);
  expect((await ask(doctor, 'POST', '', { label: 'x', rows: [], isShared: false })).statusCode).toBe(400);
});
