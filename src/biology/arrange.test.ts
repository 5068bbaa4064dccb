import { describe, expect, test } from 'vitest';
import { alreadyDone } from './already-done.ts';
import { CATALOGUE, gathered, NOW, report } from './constructed.test-support.ts';
import { csvOf } from './csv.ts';
import { inPeriod } from './filter.ts';
import { gridOf } from './grid.ts';
import { GROUPINGS, regroup } from './regroup.ts';
import { oneLimitOf } from './web/score.ts';

const OF_NOVEMBER = report('2026-11-18T06:42:00Z', [
  { row: 'potassium.serum', value: 5.6, loinc: '2823-3' },
  { row: 'sodium.serum', value: 138, loinc: '2951-2' },
  { row: 'leucocytes.blood', value: 7.8 },
  { row: 'local:990000001:XYZ', label: 'Analyse maison', value: 3 },
]);
const OF_MARCH = report('2026-03-02T06:42:00Z', [{ row: 'sodium.serum', value: 140, loinc: '2951-2' }]);

function groupsOf(...reports: Parameters<typeof gathered>[0]) {
  const { readings, index } = gathered(reports);
  return gridOf(readings, index).groups;
}

describe('other orders of the rows', () => {
  const groups = groupsOf(OF_NOVEMBER, OF_MARCH);
  const labels = (by: (typeof GROUPINGS)[number]) =>
    regroup(groups, by).map(({ chapter, rows }) => [chapter, ...rows.map(({ label }) => label)]);

  test('by panel, then what has none', () => {
    expect(labels('panel')).toEqual([
      ['NFS', 'Leucocytes'],
      ['Ionogramme', 'Sodium', 'Potassium'],
      ['', 'Analyse maison'],
    ]);
  });

  test('by LOINC code, then what laboratories did not code', () => {
    expect(labels('loinc')).toEqual([
      ['LOINC 2823-3', 'Potassium'],
      ['LOINC 2951-2', 'Sodium'],
      ['', 'Leucocytes', 'Analyse maison'],
    ]);
  });

  test('by name', () => {
    expect(labels('name')).toEqual([['', 'Analyse maison', 'Leucocytes', 'Potassium', 'Sodium']]);
  });

  test.each(GROUPINGS)('no row is lost or doubled (%s)', (by) => {
    const ids = regroup(groups, by).flatMap(({ rows }) => rows.map(({ id }) => id));
    expect(ids.toSorted()).toEqual(groups.flatMap(({ rows }) => rows.map(({ id }) => id)).toSorted());
  });
});

describe('dates chosen', () => {
  const { readings } = gathered([
    report('2026-03-01T22:59:00Z', [{ row: 'sodium.serum', value: 1 }]),
    report('2026-03-01T23:30:00Z', [{ row: 'sodium.serum', value: 2 }]),
    report('2026-07-14T21:30:00Z', [{ row: 'sodium.serum', value: 3 }]),
    report('2026-07-14T22:30:00Z', [{ row: 'sodium.serum', value: 4 }]),
  ]);

  test('hold both days as the region reads them, winter and summer, and count what they hide', () => {
    const { shown, hidden } = inPeriod(readings, '2y', NOW, { since: '2026-03-02', until: '2026-07-14' }, 'Europe/Paris');
    expect(shown.map(({ value }) => value)).toEqual([2, 3]);
    expect(hidden).toBe(2);
  });

  test('thirty days are thirty days', () => {
    const days = gathered([
      report('2026-10-20T09:00:00Z', [{ row: 'sodium.serum', value: 1 }]),
      report('2026-10-19T08:00:00Z', [{ row: 'sodium.serum', value: 2 }]),
    ]);
    expect(inPeriod(days.readings, '30d', NOW)).toMatchObject({ shown: [{ value: 1 }], hidden: 1 });
  });
});

describe('before a prescription', () => {
  const rows = groupsOf(OF_NOVEMBER, OF_MARCH).flatMap((group) => group.rows);

  test('a few letters tell when an analysis was last done, and how often in a year', () => {
    const [sodium] = alreadyDone(CATALOGUE, rows, 'natr', [], NOW);
    expect(sodium).toMatchObject({ info: { label: 'Sodium' }, last: { value: 138 }, daysAgo: 1, inAYear: 2 });
  });

  test('what was never received is said as such, and a cancelled or refused sampling is not done', () => {
    const cancelled = groupsOf(report('2026-11-18T06:42:00Z', [{ row: 'creatinine.serum', value: 90, status: 'cancelled' }])).flatMap(
      (group) => group.rows,
    );
    expect(alreadyDone(CATALOGUE, cancelled, 'créat', [], NOW)).toMatchObject([{ info: { label: 'Créatinine' }, inAYear: 0 }]);
    expect(alreadyDone(CATALOGUE, cancelled, 'créat', [], NOW)[0]!.last).toBeUndefined();
  });

  test('blood groups are not offered', () => {
    expect(alreadyDone(CATALOGUE, rows, 'groupe', [], NOW)).toEqual([]);
  });
});

describe('the export for a spreadsheet', () => {
  test('holds what was printed, its unit, its laboratory and its document, with decimal commas', () => {
    const [heads, line] = csvOf(
      groupsOf(report('2026-11-18T06:42:00Z', [{ row: 'potassium.serum', value: 5.6 }], { documentId: 'doc-1' })),
    ).split('\r\n');
    expect(heads).toMatch(/^\u{feff}analyse;échantillon;prélèvement/u);
    expect(line).toBe(
      'Potassium;;2026-11-18T06:42:00.000Z;minute;5,6;mmol/L;;5,6;mmol/L;;;;;final;;BioRives FICTIF;990000001;;;Potassium;doc-1',
    );
  });

  test('a text that a spreadsheet would run as a formula stays a text', () => {
    const csv = csvOf(groupsOf(report('2026-11-18T06:42:00Z', [{ row: 'sodium.serum', text: '=HYPERLINK("http://x";1)', label: '@cmd' }])));
    expect(csv).toContain(`"'=HYPERLINK(""http://x"";1)"`);
    expect(csv).toContain("'@cmd");
    expect(csv).not.toMatch(/(^|;)[=@]/m);
  });
});

describe('an interval of one limit', () => {
  const reading = (value: number, limits: { low?: number; high?: number }, text?: string) =>
    gathered([report('2026-11-18T06:42:00Z', [{ row: 'sodium.serum', value, interval: limits, ...(text && { text }) }])]).readings[0]!;

  test('tells the side of the value and no score', () => {
    expect(oneLimitOf(reading(5, { high: 5.2 }))).toBe('bio-one-in');
    expect(oneLimitOf(reading(5.3, { high: 5.2 }))).toBe('bio-one-out');
    expect(oneLimitOf(reading(1, { low: 1.2 }))).toBe('bio-one-out');
    expect(oneLimitOf(reading(1, { low: 1, high: 2 }))).toBeUndefined();
  });
});
