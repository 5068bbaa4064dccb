import { expect, test } from 'vitest';
import { makePopulation } from './population.ts';
import { dayOf } from './clock.ts';
import { letterOfStay, messagesOf, staysOf } from './stays.ts';

const population = makePopulation({ seed: 1, patients: 200, reports: 0, today: dayOf('2026-11-22') });

test('hospitals tell of each stay under the INS of its person: an admission, then a discharge, of one visit', () => {
  for (const stay of staysOf(population)) {
    const { ins } = population.person(stay.k);
    const [entry, exit] = messagesOf(population, stay);
    expect([entry!.event, exit!.event]).toEqual(['A01', 'A03']);
    expect(exit!.happenedAt! > entry!.happenedAt!).toBe(true);
    expect(exit!.visit).toMatchObject({ class: 'I', ward: stay.ward, ids: entry!.visit!.ids });
    expect(exit!.patient.ids).toContainEqual(expect.objectContaining({ root: ins.oid, extension: ins.value }));
  }
});

test('most stays have their letter on the day, some later, some none; it is for the treating doctor, never before the discharge', () => {
  const stays = staysOf(population);
  const letters = stays.flatMap((stay) => letterOfStay(population, stay) ?? []);
  expect(new Set(stays.map(({ letterAfter }) => letterAfter))).toEqual(new Set([0, 2, undefined]));
  expect(new Set(letters.map(({ document }) => document.id.root)).size).toBe(letters.length);
  for (const { document, k } of letters) {
    const stay = stays.find((one) => one.k === k)!;
    expect(document.createdAt > messagesOf(population, stay)[1]!.happenedAt!).toBe(true);
    expect(document.recipients![0]!.ids[0]!.extension).toBe(population.person(k).doctor.rpps);
  }
});
