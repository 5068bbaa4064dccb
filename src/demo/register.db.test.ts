import { expect, test } from 'vitest';
import { findSender, notConnected } from '#directory';
import { patientById } from '#identity';
import { linksOf } from '#access';
import { testDatabase } from '../../test/support/database.ts';
import { demoAccounts, NAMED_STRUCTURES, STORY_PATIENTS } from './accounts.ts';
import { dayOf } from './clock.ts';
import { openDemoRegion } from './region-demo.ts';
import { keepProgress, keepRegion } from './store.ts';

const database = testDatabase();
const NOW = new Date('2026-11-18T12:00:00Z');
const SIZE = { patients: 30, reports: 100, now: NOW };

test('a demo region registers its systems, its people with a qualified identity, and who follows them', async () => {
  const region = await openDemoRegion(database.db, SIZE);
  expect(region.loading()).toEqual({ done: 0, total: 100, perSecond: 0, finished: false });
  expect((await findSender(database.db, 'lis-biorives'))?.structures).toContain(NAMED_STRUCTURES.biorives.finess);
  expect(await notConnected(database.db)).toEqual([NAMED_STRUCTURES.tilleuls.name]);
  const odette = await patientById(database.db, STORY_PATIENTS.odette.patientId);
  expect(odette).toMatchObject({ status: 'qualified', ins: STORY_PATIENTS.odette.ins, traits: { birthDate: '1955-06-14' } });
  const gp = demoAccounts[0]!.principal;
  expect(region.accounts('gp')).toEqual(gp);
  const links = await linksOf(database.db, gp, { now: NOW });
  expect(links).toContainEqual(expect.objectContaining({ patientId: STORY_PATIENTS.odette.patientId, kind: 'treating-doctor' }));
  expect(links.length).toBeGreaterThan(5);
});

test('a region opened again, another day and with other figures, stays the one that was made', async () => {
  const later = { patients: 500, reports: 9_000, seed: 7, now: new Date('2027-01-05T12:00:00Z') };
  const region = await openDemoRegion(database.db, later);
  expect(region.loading().total).toBe(100);
  const kept = await keepRegion(database.db, { patients: 3, reports: 3, seed: 9, today: dayOf('2030-01-01') });
  expect(kept.size).toEqual({ seed: 1, patients: 30, reports: 100, today: dayOf('2026-11-18') });
});

test('what was deposited is remembered', async () => {
  await keepProgress(database.db, 42);
  expect((await openDemoRegion(database.db, SIZE)).loading()).toMatchObject({ done: 42, finished: false });
  await keepProgress(database.db, 100, NOW);
  expect((await openDemoRegion(database.db, SIZE)).loading()).toMatchObject({ done: 100, finished: true });
});
