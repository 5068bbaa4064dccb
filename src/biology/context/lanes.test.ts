import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { TreatmentMention } from './contract.ts';
import { joinContext } from './join-context.ts';
import { laneTargets, treatmentLanes } from './lanes.ts';

const day = (text: string) => `${text}T09:00:00.000Z`;
const said = (date: string, dose: string, more: Partial<TreatmentMention> = {}): TreatmentMention => ({
  product: 'FUROSÉMIDE',
  name: 'Furosémide',
  dose,
  from: day(date),
  saidAt: day(date),
  documentId: date,
  ...more,
});
const bars = (mentions: TreatmentMention[]) =>
  treatmentLanes(mentions)[0]!.bars.map(({ label, from, to, isOpen }) => [
    label,
    new Date(from).toISOString().slice(0, 10),
    new Date(to).toISOString().slice(0, 10),
    isOpen,
  ]);

describe('the lane of a treatment', () => {
  test('is cut where the dose changes, and the last one stays open: nobody said its end', () => {
    expect(bars([said('2026-01-10', '40 mg'), said('2026-05-02', '40 mg'), said('2026-11-06', '60 mg')])).toEqual([
      ['40 mg', '2026-01-10', '2026-11-06', false],
      ['60 mg', '2026-11-06', '2026-11-06', true],
    ]);
  });

  test('ends where a document says that it ends, and nothing fills the gap after it', () => {
    expect(bars([said('2026-01-10', '40 mg', { until: day('2026-02-01') }), said('2026-05-02', '40 mg')])).toEqual([
      ['40 mg', '2026-01-10', '2026-02-01', false],
      ['40 mg', '2026-05-02', '2026-05-02', true],
    ]);
  });

  test('of one product told at the same moment by two documents is one bar', () => {
    expect(bars([said('2026-01-10', '40 mg'), said('2026-01-10', '40 mg', { documentId: 'other' })])).toHaveLength(1);
  });
});

test('a stay told by the admissions of a hospital and by its letter is one stay, which opens the letter', () => {
  const stay = { kind: 'stay' as const, structure: 'CH des Essais', finess: '990200301' };
  const document = {
    documentId: 'letter',
    group: 'discharge' as const,
    title: 'Lettre',
    from: day('2026-11-06'),
    structure: 'CH des Essais',
  };
  const { stays } = joinContext(
    [
      {
        stays: [{ ...stay, label: 'Lettre', from: day('2026-10-28'), until: day('2026-11-06'), documentId: 'letter' }],
        treatments: [],
        events: [],
        allergies: [],
        document,
      },
    ],
    [
      { ...stay, label: '', from: day('2026-10-28'), until: day('2026-11-06') },
      { ...stay, label: '', from: day('2026-03-01'), until: day('2026-03-04') },
    ],
  );
  expect(stays.map(({ from, documentId }) => [from.slice(0, 10), documentId])).toEqual([
    ['2026-03-01', undefined],
    ['2026-10-28', 'letter'],
  ]);
});

describe('the targets of a lane', () => {
  const at = (start: number, end = start) => ({ start, end });

  test('are never narrower than 24 px, nor one over another, and none is lost', () => {
    const place = fc.integer({ min: 0, max: 600 });
    const marks = fc.array(
      fc.tuple(place, place).map(([a, b]) => at(Math.min(a, b), Math.max(a, b))),
      { maxLength: 40 },
    );
    fc.assert(
      fc.property(marks, (given) => {
        const targets = laneTargets(given, 600);
        expect(targets.flatMap((target) => target.marks)).toHaveLength(given.length);
        expect(targets.filter(({ left, width }) => width < 24 || left < 0 || left + width > 600 + 1e-9)).toEqual([]);
        expect(targets.filter(({ left, width }, i) => left + width > (targets[i + 1]?.left ?? 600) + 1e-9)).toEqual([]);
      }),
    );
  });

  test('a long bar gives room to the short one that follows it', () => {
    expect(laneTargets([at(100, 300), at(300, 305)], 600)).toEqual([
      { left: 100, width: 190.5, marks: [at(100, 300)] },
      { left: 290.5, width: 24, marks: [at(300, 305)] },
    ]);
  });
});
