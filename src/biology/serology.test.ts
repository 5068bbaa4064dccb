import { expect, test } from 'vitest';
import type { Row } from './grid.ts';
import { serologyLanes, sideOf } from './serology.ts';

const reading = (at: number, answer: string, more: object = {}) => ({
  at,
  status: 'final',
  timeIsAssumed: false,
  report: {},
  result: { text: answer, normalised: { answer: { kind: 'qualitative', answer } } },
  ...more,
});
const row = (id: string, readings: object[], panel = 'Sérologie VIH et hépatites') =>
  ({ id, readings, info: { chapter: '', panel } }) as unknown as Row;

test('an answer that becomes another is marked where it turns, and a cancelled one makes no mark', () => {
  const lanes = serologyLanes([
    row('hbs_ab_qual.serum', [
      reading(1, 'negative'),
      reading(2, 'negative'),
      reading(3, 'positive'),
      reading(4, 'positive', { status: 'cancelled' }),
    ]),
  ]);
  expect(lanes[0]!.marks.map(({ answer, isTurn }) => [answer, isTurn])).toEqual([
    ['negative', false],
    ['negative', false],
    ['positive', true],
  ]);
});

test('one answer makes a lane in serology, and no lane elsewhere, where the grid is enough', () => {
  expect(serologyLanes([row('hbs_ag.serum', [reading(1, 'negative')])])).toHaveLength(1);
  expect(serologyLanes([row('protein.urine', [reading(1, 'trace')], 'Bandelette')])).toHaveLength(0);
});

test('a titre was found; a titre below the first dilution was not', () => {
  expect(['1/160', '<1/20', 'positive', 'trace', 'equivocal', 'negative'].map(sideOf)).toEqual([
    'positive',
    'negative',
    'positive',
    'between',
    'between',
    'negative',
  ]);
});
