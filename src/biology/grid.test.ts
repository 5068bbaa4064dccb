import type { StoredReport } from '#record/contract';
import { describe, expect, test } from 'vitest';
import { gathered, NOW, report } from './constructed.test-support.ts';
import { countFilters, filterGroups, inPeriod } from './filter.ts';
import { findRows } from './find-row.ts';
import { gridOf, type Grid } from './grid.ts';
import type { Reading } from './reading.ts';

const grid = (reports: StoredReport[], options: { lastVisit?: string; birthDate?: string } = {}): Grid => {
  const { readings, index } = gathered(reports, options);
  return gridOf(readings, index);
};
const rowsOf = ({ groups }: Grid) => groups.flatMap((group) => group.rows);
const onlyRow = (it: Grid) => {
  expect(rowsOf(it)).toHaveLength(1);
  return rowsOf(it)[0]!;
};
const shown = (reading: Reading) => `${reading.value ?? reading.result.text}`;
const shownIn = (it: Grid) => {
  const { cells } = onlyRow(it);
  return it.columns.map((column) => cells.get(column.id)?.readings.map((reading) => shown(reading)));
};

describe('rows of the grid', () => {
  test('stand in the order of the catalogue, grouped by chapter and panel, whatever the order in the report', () => {
    const it = grid([
      report('2026-11-18T06:42:00Z', [
        { row: 'inr.plasma', value: 2.6 },
        { row: 'potassium.serum', value: 5.6 },
        { row: 'leucocytes.blood', value: 7.8 },
        { row: 'sodium.serum', value: 138 },
      ]),
    ]);
    expect(it.groups.map((group) => [group.panel, ...group.rows.map((row) => row.label)])).toEqual([
      ['NFS', 'Leucocytes'],
      ['Ionogramme', 'Sodium', 'Potassium'],
      ['Hémostase', 'INR'],
    ]);
  });

  test('that no catalogue knows come last, unclassified, and are never dropped', () => {
    const it = grid([
      report('2026-11-18T06:42:00Z', [
        { row: 'local:990000001:ZZ9', value: 4, unit: 'U/mL', label: 'Dosage maison' },
        { row: 'sodium.serum', value: 138 },
      ]),
    ]);
    expect(it.groups.at(-1)).toMatchObject({ isUnclassified: true, rows: [{ label: 'Dosage maison', unit: 'U/mL' }] });
  });

  test('keep apart numbers whose units could not be joined, and say the unit of each', () => {
    const it = grid([
      report('2026-11-18T06:42:00Z', [{ row: 'creatinine.serum', value: 142 }]),
      report('2026-09-01T06:42:00Z', [{ row: 'creatinine.serum', value: 1.3, unit: 'g/24h', normalised: { ucum: 'g/(24.h)' } }]),
    ]);
    expect(rowsOf(it).map((row) => [row.label, row.unit])).toEqual([
      ['Créatinine', 'µmol/L'],
      ['Créatinine', 'g/24h'],
    ]);
  });

  test('join a converted value in the unit of the row, and keep what was printed', () => {
    const converted = { value: 112, decimals: 0, unit: 'µmol/L', low: 45, high: 84 };
    const it = grid([
      report('2026-11-18T06:42:00Z', [{ row: 'creatinine.serum', value: 142 }]),
      report('2026-06-03T06:42:00Z', [{ row: 'creatinine.serum', value: 12.7, unit: 'mg/L', normalised: { ucum: 'mg/L', converted } }]),
    ]);
    const [older] = onlyRow(it).readings;
    expect(older).toMatchObject({
      value: 112,
      unit: 'µmol/L',
      isConverted: true,
      low: 45,
      high: 84,
      result: { text: '12,7', unit: 'mg/L' },
    });
  });

  test('join a text to the numbers of the same analyte', () => {
    const it = grid([
      report('2026-11-18T06:42:00Z', [{ row: 'loinc:5804-0', text: 'traces', label: 'Protéines' }]),
      report('2026-06-03T06:42:00Z', [{ row: 'loinc:5804-0', value: 0.3, unit: 'g/L', label: 'Protéines' }]),
    ]);
    expect(onlyRow(it).readings.map((reading) => shown(reading))).toEqual(['0.3', 'traces']);
  });

  test.each([
    ['in the catalogue', { row: 'abo_rh.blood', text: 'A positif' }],
    ['by its LOINC code', { row: 'loinc:890-4', loinc: '890-4', text: 'Négative' }],
    ['by its chapter', { row: 'local:990000001:X', chapter: '18717-9', text: 'dce' }],
    ['by its words alone', { row: 'local:990000001:Y', label: 'RECHERCHE D’AGGLUTININES IRRÉGULIÈRES', text: 'Négative' }],
    ['by the words of its panel', { row: 'local:990000001:Z', label: 'Résultat', battery: 'Groupe sanguin', text: 'A' }],
  ])('never hold a blood group or antibody screen, recognised %s', (_how, sketch) => {
    const it = gathered([report('2026-11-18T06:42:00Z', [sketch, { row: 'sodium.serum', value: 138 }], { documentId: 'blood' })]);
    expect(it.readings.map((reading) => reading.rowId)).toEqual(['sodium.serum']);
    expect(it.immunoHaematology).toEqual({ count: 1, documentIds: ['blood'] });
  });

  test('leave microbiology apart', () => {
    const it = gathered([
      report('2026-11-18T06:42:00Z', [{ row: 'abx.isolate', label: 'Amoxicilline', isolate: 'Escherichia coli', interpretation: 'R' }]),
    ]);
    expect(it.readings).toEqual([]);
    expect(it.microbiology).toHaveLength(1);
  });
});

describe('columns of the grid', () => {
  test('are the sampling times, newest first', () => {
    const it = grid([
      report('2026-03-04T07:10:00Z', [{ row: 'sodium.serum', value: 140 }]),
      report('2026-11-18T06:42:00Z', [{ row: 'sodium.serum', value: 138 }]),
    ]);
    expect(shownIn(it)).toEqual([['138'], ['140']]);
  });

  test('keep two laboratories apart at the same minute', () => {
    const other = { laboratory: { finess: '990000002', name: 'Grand-Pont FICTIF' } };
    const it = grid([
      report('2026-11-18T06:42:00Z', [{ row: 'sodium.serum', value: 138 }]),
      report('2026-11-18T06:42:00Z', [{ row: 'sodium.serum', value: 141 }], other),
    ]);
    expect(it.columns.map((column) => column.laboratory.name)).toHaveLength(2);
  });

  test('hold two results of one analyte at one time side by side: neither wins', () => {
    const it = grid([
      report('2026-11-18T06:42:00Z', [
        { row: 'sodium.serum', value: 138 },
        { row: 'sodium.serum', value: 131 },
      ]),
    ]);
    expect(shownIn(it)).toEqual([['138', '131']]);
  });

  test('say when a date cannot be: ahead of today, or before birth', () => {
    const it = grid(
      [
        report('2027-05-01T08:00:00Z', [{ row: 'sodium.serum', value: 138 }]),
        report('1954-01-01T08:00:00Z', [{ row: 'sodium.serum', value: 138 }]),
      ],
      { birthDate: '1955-06-14' },
    );
    expect(it.columns.map((column) => column.suspectTime)).toEqual(['future', 'before-birth']);
  });

  test('say when the laboratory gave no sampling time', () => {
    const stored = report('2026-11-18T06:42:00Z', [{ row: 'sodium.serum', value: 138 }]);
    for (const result of stored.results) delete result.at;
    expect(grid([stored]).columns).toMatchObject([{ timeIsAssumed: true }]);
  });
});

describe('a corrected report', () => {
  const corrected = (news: Parameters<typeof report>[1], more: Partial<StoredReport> = {}) => [
    report(
      '2026-10-30T05:50:00Z',
      [
        { row: 'creatinine.serum', value: 191 },
        { row: 'sodium.serum', value: 131 },
      ],
      {
        documentId: 'v1',
        current: false,
        supersededBy: 'v2',
        setId: 'set',
        ...more,
      },
    ),
    report('2026-10-30T05:50:00Z', news, { documentId: 'v2', setId: 'set', version: 2, issuedAt: '2026-10-31T09:00:00Z' }),
  ];

  test('shows the new value with the old one beside it, and nothing beside what did not change', () => {
    const it = grid(
      corrected([
        { row: 'creatinine.serum', value: 196 },
        { row: 'sodium.serum', value: 131 },
      ]),
    );
    expect(rowsOf(it).map((row) => row.readings.map((reading) => [shown(reading), reading.earlier?.text]))).toEqual([
      [['131', undefined]],
      [['196', '191']],
    ]);
    expect(countFilters(it).corrected).toBe(1);
  });

  test('shows struck, out of the counts, a value that the correction no longer holds', () => {
    const it = grid(corrected([{ row: 'creatinine.serum', value: 196 }]));
    expect(rowsOf(it)[0]!.readings).toMatchObject([{ value: 131, status: 'withdrawn', grade: 'none' }]);
    expect(rowsOf(it)[0]!.latest).toBeUndefined();
  });

  test('is silent about a provisional value that became final', () => {
    const it = grid(
      corrected(
        [
          { row: 'creatinine.serum', value: 196 },
          { row: 'sodium.serum', value: 131 },
        ],
        { status: 'preliminary' },
      ),
    );
    expect(countFilters(it).corrected).toBe(0);
  });

  test('whose later version this reader may not see leaves no trace of the replaced one', () => {
    const [first] = corrected([]);
    expect(grid([first!]).groups).toEqual([]);
  });

  test('shows a cancelled report struck, without flag', () => {
    const it = grid([report('2026-10-30T05:50:00Z', [{ row: 'sodium.serum', value: 131, flag: 'L' }], { status: 'cancelled' })]);
    expect(onlyRow(it).readings).toMatchObject([{ status: 'cancelled', grade: 'none' }]);
  });
});

describe('counts and filters', () => {
  const reports = [
    report('2026-11-18T06:42:00Z', [
      { row: 'potassium.serum', value: 5.6, flag: 'H', interval: { low: 3.5, high: 5.1 } },
      { row: 'sodium.serum', value: 138 },
    ]),
    report('2026-11-02T08:15:00Z', [
      { row: 'potassium.serum', value: 4.4 },
      { row: 'sodium.serum', value: 131, flag: 'L' },
    ]),
  ];

  test('count rows by their latest result only, and changes beyond what variation explains', () => {
    expect(countFilters(grid(reports, { lastVisit: '2026-11-10T00:00:00Z' }))).toEqual({
      new: 2,
      abnormal: 1,
      changed: 1,
      corrected: 0,
      rows: 2,
    });
  });

  test('call nothing new on a first visit', () => {
    expect(countFilters(grid(reports)).new).toBe(0);
  });

  test('leave as many rows as they announce', () => {
    const it = grid(reports);
    expect(filterGroups(it.groups, ['abnormal']).flatMap((group) => group.rows.map((row) => row.id))).toEqual(['potassium.serum']);
    expect(filterGroups(it.groups, [], ['sodium.serum']).flatMap((group) => group.rows)).toHaveLength(1);
  });

  test('tell the change with its days, its percent and the expected one', () => {
    const potassium = rowsOf(grid(reports)).find((row) => row.id === 'potassium.serum')!;
    expect(potassium.change).toMatchObject({ days: 16, decimals: 1, beyondExpected: true });
    expect(potassium.change!.absolute).toBeCloseTo(1.2);
    expect(potassium.change!.percent).toBeCloseTo(27.27, 1);
    // 1,96 × √2 × √(4,6² + 1,5²)
    expect(potassium.change!.expectedPercent).toBeCloseTo(13.41, 1);
  });

  test('say no change from a censored value, a text, or another method', () => {
    const before = { comparator: '<' as const, value: 0.5, decimals: 1 };
    const it = grid([
      report('2026-11-18T06:42:00Z', [
        { row: 'potassium.serum', value: 5.6 },
        { row: 'ferritin.serum', value: 44, method: 'chimiluminescence' },
      ]),
      report('2026-11-02T08:15:00Z', [
        { row: 'potassium.serum', text: '<0,5', number: before, unit: 'mmol/L', normalised: { ucum: 'mmol/L' } },
        { row: 'ferritin.serum', value: 31, method: 'immunoturbidimétrie' },
      ]),
    ]);
    expect(rowsOf(it).map((row) => row.change)).toEqual([undefined, undefined]);
    const ferritin = rowsOf(it)[1]!;
    expect(it.columns.map((column) => ferritin.cells.get(column.id)!.cutBefore)).toEqual([true, false]);
  });

  test('hide what is older than the period and say how many results that is', () => {
    const { readings } = gathered([...reports, report('2024-11-18T06:42:00Z', [{ row: 'sodium.serum', value: 139 }])]);
    expect(inPeriod(readings, '2y', NOW)).toMatchObject({ hidden: 1 });
    expect(inPeriod(readings, 'all', NOW)).toMatchObject({ hidden: 0 });
  });
});

describe('search of a row', () => {
  const rows = rowsOf(
    grid([
      report('2026-11-18T06:42:00Z', [
        { row: 'sodium.serum', value: 138 },
        { row: 'potassium.serum', value: 5.6 },
        { row: 'leucocytes.blood', value: 7.8 },
        { row: 'creatinine.serum', value: 142 },
      ]),
    ]),
  );
  test.each([
    ['pot', 'Potassium'],
    ['K', 'Potassium'],
    ['kalié', 'Potassium'],
    ['CREAT', 'Créatinine'],
    ['globules', 'Leucocytes'],
    ['nfs', 'Leucocytes'],
    ['iono', 'Sodium'],
  ])('« %s » finds %s first', (asked, label) => {
    expect(findRows(rows, asked)[0]?.label).toBe(label);
  });
  test('finds nothing rather than anything', () => {
    expect(findRows(rows, 'zzz')).toEqual([]);
  });
});
