import { expect, test } from 'vitest';
import { testDatabase } from '../../test/support/database.ts';
import { PEOPLE } from '../../test/support/people.ts';
import { passDoor, registerLinks } from './index.ts';
import { lastVisit } from './last-visit.ts';

const database = testDatabase();
const patientId = '0190c000-0000-7000-8000-000000000001';
const at = (time: string) => new Date(`2026-11-20T${time}:00Z`);
const read = (who: (typeof PEOPLE)['gp' | 'nurse'], time: string) =>
  passDoor(database.db, { who, action: 'biology.read', patientId, via: 'web', now: at(time) }, async () => undefined);

test('the last visit is one’s own, allowed, and over: pages read again within half an hour are the same visit', async () => {
  const holder = { person: PEOPLE.gp.id };
  await registerLinks(database.db, [{ patientId, holder, kind: 'treating-doctor', since: at('00:00') }], 'source:test');
  expect(await lastVisit(database.db, PEOPLE.gp, patientId, at('08:00'))).toBeUndefined();
  await read(PEOPLE.gp, '08:00');
  await read(PEOPLE.gp, '08:10');
  expect(await lastVisit(database.db, PEOPLE.gp, patientId, at('08:20'))).toBeUndefined();
  expect(await lastVisit(database.db, PEOPLE.gp, patientId, at('09:00'))).toEqual(at('08:10'));
  await expect(read(PEOPLE.nurse, '08:15')).rejects.toMatchObject({ code: 'access.denied' });
  expect(await lastVisit(database.db, PEOPLE.nurse, patientId, at('09:00'))).toBeUndefined();
});
