import { expect, test } from 'vitest';
import { exchangeBench, HOUR, PRESCRIBER, reportFor } from '../../test/support/exchange.ts';
import { PEOPLE } from '../../test/support/people.ts';
import type { ExchangeState } from './contract.ts';
import { isSilent } from './state.ts';

const bench = exchangeBench();

test('who runs the region reads what waits, what fails and what each system sent by day, and no patient; nobody else does', async () => {
  await bench.deposit(reportFor(300, { prescribers: [PRESCRIBER] }));
  await bench.db.query(
    '',
    `insert into exchange.circuit (destination, failures, open_until, reason) values ('cabinet.mssante.example', 3, now() + interval '1 minute', 'mailbox.unavailable')`,
  );
  const ask = async (role: keyof typeof PEOPLE) =>
    bench.server.app.inject({ url: '/api/exchange/state', headers: await bench.server.as(PEOPLE[role]) });
  const answer = await ask('operator');
  const state = answer.json<ExchangeState>();
  expect(state.waiting).toMatchObject({ toRoute: 1, toSend: 0, toMend: 0 });
  expect(state.mails).toEqual([]);
  expect(state.circuits).toMatchObject([{ destination: 'cabinet.mssante.example', isLeftAlone: true, reason: 'mailbox.unavailable' }]);
  expect(state.senders).toMatchObject([{ name: 'SIL des essais', isSilent: false, days: [{ deposits: 1, refused: 0 }] }]);
  expect(answer.body).not.toMatch(/ESSAI-DURAND|JEANNE/);
  for (const role of ['gp', 'biologist', 'patient'] as const) expect((await ask(role)).statusCode).toBe(403);
});

test('a system that sends on most days and from which nothing came for a day and a half is told silent; one that sends now and then is not', () => {
  const now = new Date('2026-11-22T12:00:00Z');
  const ago = (hours: number) => new Date(now.getTime() - hours * HOUR);
  expect(isSilent({ days: 6, lastAt: ago(37) }, now)).toBe(true);
  expect(isSilent({ days: 6, lastAt: ago(35) }, now)).toBe(false);
  expect(isSilent({ days: 2, lastAt: ago(90) }, now)).toBe(false);
});
