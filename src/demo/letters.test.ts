import { expect, test } from 'vitest';
import { metadataOf, readClinicalDocument, writeClinicalDocument } from '../formats/index.ts';
import { documentHead } from '../record/index.ts';
import { dayOf } from './clock.ts';
import { lettersOf } from './letter-stories.ts';
import { makePopulation } from './population.ts';

const population = makePopulation({ seed: 1, patients: 60, reports: 100, today: dayOf('2026-11-18') });
const letters = Array.from({ length: 60 }, (_, i) => lettersOf(population, i + 1));

test('every letter of the region reads back as it was written, under a type that has its place in the matrix of rights', () => {
  for (const { document } of letters.flat()) {
    const bytes = Buffer.from(writeClinicalDocument(document));
    const read = readClinicalDocument(bytes);
    expect([read.title, read.id, read.code.code]).toEqual([document.title, document.id, document.code.code]);
    expect(read.sections.map(({ title }) => title)).toEqual(document.sections.map(({ title }) => title));
    const said = metadataOf({ ...read, templates: [], format: undefined }, { bytes, mimeType: 'text/xml' }, 'Europe/Paris');
    const kept = { documentId: '', receivedAt: '', joinedBy: 'ins', structure: { finess: '', name: '' }, replaces: [], hasPdf: false };
    const head = documentHead(said, { ...kept, channel: 'deposit', zone: 'Europe/Paris' });
    expect([head.title, head.authors[0]?.id]).toEqual([document.title, expect.stringMatching(/^rpps:8/)]);
  }
});

test('no two letters have one identifier, and the same region has the same letters', () => {
  const ids = letters.flat().map(({ document }) => document.id.root);
  expect(new Set(ids).size).toBe(ids.length);
  expect(lettersOf(makePopulation(population.size), 7)).toEqual(letters[6]);
});

test('the record of the visit has letters of many types, a replaced one, a completed one, and some older than two years', () => {
  const odette = letters[0]!.map(({ document }) => document);
  expect(new Set(odette.map(({ code }) => code.code)).size).toBeGreaterThan(7);
  expect(odette.some(({ replaces }) => replaces.length > 0)).toBe(true);
  expect(odette.some(({ related = [] }) => related.length > 0)).toBe(true);
  expect(odette.some(({ createdAt }) => createdAt < '20241118')).toBe(true);
});
