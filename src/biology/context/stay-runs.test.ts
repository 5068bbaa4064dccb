import { describe, expect, test } from 'vitest';
import { stayBars } from './lanes.ts';
import { stayRuns } from './stay-runs.ts';

const dayOf = (at: number) => new Date(at).toISOString().slice(0, 10);
const at = (time: string) => Date.parse(`${time}:00.000Z`);
const stay = (from: string, until?: string, kind: 'stay' | 'emergency' = 'stay') => ({
  kind,
  finess: '990200301',
  structure: 'CH des Essais',
  label: '',
  from: `${from}:00.000Z`,
  ...(until !== undefined && { until: `${until}:00.000Z` }),
});
const sampled = (time: string, more: object = {}) => ({ at: at(time), timeIsAssumed: false, isTagged: false, ...more });
const runs = (columns: ReturnType<typeof sampled>[], ...stays: ReturnType<typeof stay>[]) =>
  stayRuns(columns, stayBars({ stays }), dayOf).map(({ stay: { kind }, first, last, name }) => [kind, first, last, name]);

describe('the band of a stay stands over the samplings', () => {
  test('that were taken between admission and discharge, and over no other', () => {
    const columns = ['2026-11-18T07:42', '2026-11-02T09:15', '2026-10-29T22:14', '2026-09-01T08:05'].map((time) => sampled(time));
    expect(runs(columns, stay('2026-10-29T20:00', '2026-11-06T14:00'))).toEqual([['stay', 1, 2, { first: 1, last: 2 }]]);
    expect(runs([sampled('2026-11-06T15:00'), sampled('2026-10-29T19:59')], stay('2026-10-29T20:00', '2026-11-06T14:00'))).toEqual([]);
  });

  test('of the whole last day when the discharge is known to the day, and of its first day when no end was said', () => {
    expect(runs([sampled('2026-11-06T09:00')], stay('2026-10-29T00:00', '2026-11-06T00:00'))).toHaveLength(1);
    expect(runs([sampled('2026-10-30T09:00'), sampled('2026-10-29T09:00')], stay('2026-10-29T08:00'))).toEqual([
      ['stay', 1, 1, { first: 1, last: 1 }],
    ]);
  });

  test('but of none whose time is assumed or doubtful', () => {
    const columns = [sampled('2026-11-02T09:00', { timeIsAssumed: true }), sampled('2026-11-02T09:00', { suspectTime: 'future' })];
    expect(runs(columns, stay('2026-10-29T20:00', '2026-11-06T14:00'))).toEqual([]);
  });

  test('and its name leaves « nouveau » or « vu le » readable', () => {
    const columns = ['2026-11-04T08:00', '2026-11-03T08:00', '2026-11-02T08:00'].map((time, place) =>
      sampled(time, { isTagged: place === 0 }),
    );
    expect(runs(columns, stay('2026-10-29T20:00', '2026-11-06T14:00'))).toEqual([['stay', 0, 2, { first: 1, last: 2 }]]);
    expect(runs([sampled('2026-11-02T08:00', { isTagged: true })], stay('2026-10-29T20:00', '2026-11-06T14:00'))).toEqual([
      ['stay', 0, 0, undefined],
    ]);
  });

  test('a stay wins over the passage through the emergency department that began it', () => {
    const passage = stay('2026-10-29T18:00', '2026-10-29T23:00', 'emergency');
    const columns = [sampled('2026-10-29T22:14'), sampled('2026-10-29T19:00')];
    expect(runs(columns, passage, stay('2026-10-29T20:00', '2026-11-06T14:00')).map(([kind]) => kind)).toEqual(['stay', 'emergency']);
  });
});
