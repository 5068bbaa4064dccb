import { afterEach, expect, test } from 'vitest';
import { exchangeBench, HOUR, PRESCRIBER, reportFor } from '../../test/support/exchange.ts';
import { PEOPLE } from '../../test/support/people.ts';
import { uuidv7 } from '../kernel/index.ts';
import type { ExchangeState } from './contract.ts';
import { tellSilences } from './silence.ts';
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
  expect(state.days).toHaveLength(7);
  expect(state.mails).toEqual(state.days.map((day) => ({ day, sent: 0, arrived: 0, failed: 0 })));
  expect(state.senders[0]!.days[0]!.day).toBe(state.days.at(-1));
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

test('who runs the region is told by mail, once, of a system that fell silent, and again of another silence', async () => {
  const now = new Date('2099-03-10T12:00:00Z');
  const ago = (hours: number) => new Date(now.getTime() - hours * HOUR);
  const deposited = async (hours: readonly number[]) => {
    for (const at of hours.map(ago)) {
      await bench.db.query(
        '',
        `insert into record.deposit (sha256, deposit_id, sender_id, unique_id, state, received_at, structure)
         values (sha256($1::text::bytea), $2, 'system:lis-essai', $1, 'refused', $3, '990400101')`,
        [`silence-${at.getTime()}`, uuidv7(at.getTime()), at],
      );
    }
  };
  const operator = PRESCRIBER.mailboxes[0]!;
  const tell = (at: Date, more: object = {}) => tellSilences({ ...bench.deps(), operator, ...more }, at);
  await deposited([48, 72, 96, 120, 144]);
  bench.post.answer.rcpt = () => ({ code: 452, text: '4.2.2 mailbox full' });
  expect(await tell(now)).toBe(0);
  bench.post.answer.rcpt = () => undefined;
  expect(await tell(now)).toBe(1);
  expect(await tell(now)).toBe(0);
  expect(bench.post.mails.map(({ email, to }) => [to, email.subject])).toEqual([[operator, 'SIL des essais ne dépose plus rien']]);
  expect(bench.post.mails[0]!.email.text).toContain('8 mars 2099 à 13:00');
  expect(await tell(now, { operator: undefined })).toBe(0);
  // It deposits again, then falls silent once more.
  await deposited([1]);
  expect(await tell(now)).toBe(0);
  expect(await tell(new Date(now.getTime() + 40 * HOUR))).toBe(1);
  expect(bench.post.mails).toHaveLength(2);
});

/** Deposits of another year, for no other test. */
afterEach(() => bench.db.script(`delete from record.deposit where unique_id like 'silence-%'; delete from exchange.silence`));
