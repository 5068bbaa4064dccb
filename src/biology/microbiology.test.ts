import { describe, expect, test } from 'vitest';
import { gathered, report, type ResultSketch } from './constructed.test-support.ts';
import { type MicroSample, microSamples, siteHistories } from './microbiology.ts';

const drug = (label: string, interpretation: string, isolate: string, more: Partial<ResultSketch> = {}): ResultSketch => ({
  row: `local:990000001:${label}`,
  label,
  interpretation,
  isolate,
  specimen: 'UR',
  ...more,
});
const germsOf = (...sketches: ResultSketch[]) => microSamples(gathered([report('2026-10-02T06:42:00Z', sketches)]).microbiology)[0]!.germs;

describe('the resistances that a ward must know of', () => {
  test('are told of the germ that has them, and of no other', () => {
    const germs = germsOf(
      drug('Oxacilline', 'R', 'Staphylococcus aureus'),
      drug('Vancomycine', 'S', 'Staphylococcus aureus'),
      drug('Amoxicilline', 'R', 'Escherichia coli'),
    );
    expect(germs.map(({ name, resistances }) => [name, resistances])).toEqual([
      ['Staphylococcus aureus', ['mrsa']],
      ['Escherichia coli', []],
    ]);
  });

  test('are read in the words of the laboratory, and a denial is no mention', () => {
    const [named] = germsOf(drug('Céfotaxime', 'R', 'Escherichia coli', { comment: 'Entérobactérie productrice de BLSE.' }));
    expect(named!.resistances).toEqual(['esbl']);
    const [denied] = germsOf(drug('Céfotaxime', 'S', 'Escherichia coli', { comment: 'Absence de BLSE.' }));
    expect(denied!.resistances).toEqual([]);
  });

  test('are not told from a cancelled result', () => {
    const [germ] = germsOf(drug('Oxacilline', 'R', 'Staphylococcus aureus', { status: 'cancelled' }));
    expect(germ!.resistances).toEqual([]);
  });
});

test('samples stand by site, and a resistance once met stays told with its last date', () => {
  const sample = (at: number, specimen: string, germ: string, resistances: string[] = []) =>
    ({
      at,
      specimen,
      documentId: String(at),
      germs: germ === '' ? [] : [{ name: germ, antibiotics: [], resistances }],
    }) as unknown as MicroSample;
  const sites = siteHistories([sample(4, 'BLD', ''), sample(3, 'UR ', 'Escherichia coli'), sample(1, 'ur', 'Escherichia coli', ['esbl'])]);
  expect(sites.map(({ samples, resistances }) => [samples.map(({ at }) => at), resistances])).toEqual([
    [[4], []],
    [[1, 3], [{ germ: 'Escherichia coli', resistance: 'esbl', at: 1 }]],
  ]);
});
