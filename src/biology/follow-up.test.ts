import { describe, expect, test } from 'vitest';
import type { Note } from './contract.ts';
import { openTasks, placeAgainst, seenOf, shareWithin, targetOf } from './follow-up.ts';
import type { Reading } from './reading.ts';
import { DAY_MS } from './time.ts';

const at = (day: number, value: number, more: Partial<Reading> = {}) =>
  ({ at: day * DAY_MS, value, status: 'final', timeIsAssumed: false, conflict: false, ...more }) as Reading;
const INR = { low: 2, high: 3 };

describe('a target', () => {
  test('holds its own limits', () => {
    expect([1.9, 2, 3, 3.1].map((value) => placeAgainst(INR, { value }))).toEqual(['below', 'within', 'within', 'above']);
  });

  test('says of a censored value only what its limit can tell', () => {
    expect(placeAgainst({ high: 3 }, { value: 0.5, comparator: '<' })).toBe('within');
    expect(placeAgainst(INR, { value: 2.5, comparator: '<' })).toBeUndefined();
    expect(placeAgainst(INR, { value: 1.5, comparator: '<' })).toBe('below');
    expect(placeAgainst(INR, { value: 8, comparator: '>' })).toBe('above');
    expect(placeAgainst({ low: 2 }, { value: 8, comparator: '>' })).toBe('within');
  });

  test('set in another unit is not used', () => {
    const targets = [{ row: 'hba1c.blood', unit: '%', high: 7, byName: 'Dr ESSAI', at: '2026-01-01' }];
    expect(targetOf({ notes: [], targets }, { id: 'hba1c.blood', unit: '%' })?.high).toBe(7);
    expect(targetOf({ notes: [], targets }, { id: 'hba1c.blood', unit: 'mmol/mol' })).toBeUndefined();
  });

  test('is held during the part of the line between two measures that lies within', () => {
    // From 1.5 to 2.5 in ten days: the second half is within. From 2.5 to 3.5: the first half.
    expect(shareWithin(INR, [at(0, 1.5), at(10, 2.5), at(20, 3.5)])).toEqual({ results: 3, within: 1, time: 0.5 });
  });

  test('tells no time when measures are more than eight weeks apart', () => {
    expect(shareWithin(INR, [at(0, 2.5), at(57, 2.5)])).toEqual({ results: 2, within: 2 });
    expect(shareWithin(INR, [at(0, 2.5), at(56, 2.5)]).time).toBe(1);
  });

  test('counts no cancelled value', () => {
    expect(shareWithin(INR, [at(0, 2.5), at(5, 9, { status: 'cancelled' })])).toEqual({ results: 1, within: 1 });
  });
});

test('a task noted as done is no longer open', () => {
  const note = (noteId: string, kind: Note['kind'], about?: string): Note => ({
    noteId,
    documentId: 'd',
    kind,
    byId: 'rpps:1',
    byName: 'Dr ESSAI',
    at: '2026-01-01',
    ...(about && { about }),
  });
  const notes = [note('a', 'task'), note('b', 'task'), note('c', 'done', 'a'), note('d', 'seen')];
  expect(openTasks({ notes, targets: [] }, 'd').map(({ noteId }) => noteId)).toEqual(['b']);
  expect(seenOf({ notes, targets: [] }, 'd')).toHaveLength(1);
});
