import { existsSync, globSync, readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { catalogueRows, type RowInfo } from './catalogue.ts';
import { type Bringing, bringTo } from './conversion.ts';
import { readUnit } from './french-units.ts';
import { normalise } from './normalise.ts';
import { decimalsAfter, roundTo } from './precision.ts';
import { parseUcum } from './ucum.ts';

const rows = catalogueRows();
const withUnit = rows.filter((row) => row.unit !== '');

const FRENCH = 'G/L T/L /mm3 mUI/L UI/L µkat/L mEq/L L/L g/g kPa mg/j µg/min UFC/mL /champ'.split(' ');

/** Every unit of the catalogue, and the French spellings of the usual ones. */
const UNITS = [...new Set([...rows.flatMap((row) => [row.unit, row.unitPrinted, ...row.codes.map(({ unit }) => unit)]), ...FRENCH])].filter(
  (unit) => unit !== '' && unit !== '1/n',
);

/** Rows and units that the closed table joins by another way than a plain change of size. */
const converting: { row: RowInfo; unit: string; plan: Bringing & { kind: 'converted' } }[] = withUnit.flatMap((row) =>
  UNITS.flatMap((unit) => {
    const plan = bringTo(row, unit);
    return plan.kind === 'converted' ? [{ row, unit, plan }] : [];
  }),
);

describe('there and back', () => {
  test('every conversion of the closed table, undone, gives the printed value within its last digit', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...converting),
        fc.integer({ min: 1, max: 999_999 }),
        fc.integer({ min: 0, max: 3 }),
        ({ plan }, digits, decimals) => {
          const printed = digits / 10 ** decimals;
          const kept = plan.decimals ?? decimalsAfter(decimals, plan.scale);
          const there = roundTo(printed * plan.scale + plan.offset, kept);
          const back = (there - plan.offset) / plan.scale;
          // a step of the printed value, or half a step of a unit that fixes its decimals (HbA1c)
          const step = Math.max(10 ** -decimals, (0.5 * 10 ** -kept) / plan.scale);
          expect(Math.abs(back - printed)).toBeLessThanOrEqual(step * (1 + 1e-9));
        },
      ),
      { numRuns: 3000 },
    );
  });

  test('a row in the other unit undoes the first: mmol/L to g/L to mmol/L', () => {
    expect(converting.length).toBeGreaterThan(200);
    for (const { row, plan } of converting) {
      const { unit: _unit, ...rules } = row;
      const back = bringTo({ ...rules, unit: plan.ucum }, row.unit);
      if (back.kind !== 'converted') throw new Error(`${row.row}: ${row.unit} does not go back to ${plan.ucum}`);
      expect(back.scale * plan.scale).toBeCloseTo(1, 9);
      expect(back.scale * plan.offset + back.offset).toBeCloseTo(0, 6);
    }
  });

  test('order is kept: a higher printed value is never a lower converted one', () => {
    expect(converting.filter(({ plan }) => !(plan.scale > 0))).toEqual([]);
  });
});

describe('refusal across dimensions', () => {
  /** The pairs of kinds that the closed table may join. Everything else must be refused. */
  const MAY_JOIN = new Set([
    'M/L3 N/L3',
    'N/L3 M/L3',
    'M/T N/T',
    'N/T M/T',
    'eq/L3 N/L3',
    'eq/T N/T',
    'M/M M/N',
    'L3/L3 percent',
    'M/M percent',
    'N/N percent',
  ]);

  test('no row joins two kinds of unit outside the closed table', () => {
    const joined = new Set(
      converting
        .map(({ unit, row }) => [readUnit(unit)?.kind, parseUcum(row.unit)?.kind])
        .flatMap(([a, b]) => (a === b ? [] : [`${a} ${b}`])),
    );
    // U and UI are read as what the analyte is measured in, and D-dimers as what their code says
    const readings = [...joined].filter((pair) => !/^(?:IU|U)\/\S+ (?:U|IU|arb)\/\S+$|^M\/L3 M·\{(?:FEU|DDU)\}\/L3$/.test(pair));
    expect(readings.filter((pair) => !MAY_JOIN.has(pair))).toEqual([]);
  });

  test('only HbA1c joins mmol/mol and percent', () => {
    expect(converting.filter(({ unit, row }) => unit === 'mmol/mol' && row.unit === '%').map(({ row }) => row.row)).toEqual([
      'hba1c.blood',
    ]);
  });

  test('mass and amount of substance meet only where the row has a molar mass', () => {
    const joined = withUnit.filter((row) => parseUcum(row.unit)?.kind.startsWith('M/') && bringTo(row, 'nmol/L').kind === 'converted');
    expect(joined.filter((row) => row.molarMass === undefined)).toEqual([]);
    const never = /^(?:lpa_|insulin|pth|hcg|troponin|ca125|ca15_3|ca19_9|psa|cea|afp)/;
    expect(rows.filter((row) => never.test(row.row) && row.molarMass !== undefined)).toEqual([]);
  });
});

describe('a reader of units', () => {
  test('never breaks, and reads only what it can read again', () => {
    const pieces = [
      'm',
      'µ',
      'g',
      'L',
      '/',
      '.',
      'UI',
      'mol',
      '10^',
      '9',
      '24h',
      ' ',
      '{x}',
      '[IU]',
      '(',
      ')',
      '%',
      'FEU',
      '²',
      'log ',
      'G',
      'créat',
    ];
    const spelling = fc.oneof(
      fc.string({ maxLength: 20 }),
      fc.array(fc.constantFrom(...pieces), { maxLength: 8 }).map((parts) => parts.join('')),
    );
    fc.assert(
      fc.property(spelling, (text) => {
        const unit = readUnit(text);
        const again = unit && parseUcum(unit.ucum);
        expect(again?.kind).toBe(unit?.kind);
        expect(unit === undefined || (Number.isFinite(unit.mantissa) && unit.mantissa > 0)).toBe(true);
      }),
      { numRuns: 2000 },
    );
  });

  const samples = new URL('../../../shared/samples/', import.meta.url);
  /** Where each format writes a unit. What is no unit of a measurement: codes of dose forms (EDQM), a body weight in `[kg]`, which no UCUM holds. */
  const WRITTEN: readonly (readonly [files: string, unit: RegExp])[] = [
    ['cda*/*.xml', /\bunit="([^"]+)"/g],
    ['hl7v2/*.{hl7,er7}', /^OBX\|[^|]*\|(?:NM|SN)\|(?:[^|]*\|){3}([^|^]+)/gm],
    ['fhir/**/*.json', /"unit"\s*:\s*"(m?mol\/L|umol\/L|[^"\s]*\/[^"\s]*)"/g],
    ['fhir/**/*.json', /"http:\/\/unitsofmeasure\.org",\s*"code"\s*:\s*"([^"]+)"/g],
  ];
  test.skipIf(!existsSync(samples))('understands every unit of the official French samples (skipped where they are absent)', () => {
    const units = new Set(
      WRITTEN.flatMap(([files, written]) =>
        globSync(files, { cwd: samples }).flatMap((file) =>
          [...readFileSync(new URL(file.split('/').map(encodeURIComponent).join('/'), samples), 'utf8').matchAll(written)].map(
            ([, unit]) => unit ?? '',
          ),
        ),
      ),
    );
    expect(units.size).toBeGreaterThan(30);
    expect([...units].filter((unit) => unit !== '1' && !readUnit(unit)).toSorted()).toEqual(['30009000', '30067000', '[kg]']);
  });

  const spellings = new URL('../../../shared/terminology/units-fr.tsv', import.meta.url);
  test.skipIf(!existsSync(spellings))('gives the published reading of every French spelling (skipped where the list is absent)', () => {
    const lines = readFileSync(spellings, 'utf8').split('\n').slice(1).filter(Boolean);
    const wrong = lines
      .map((line) => line.split('\t'))
      .filter(([printed, ucum]) => {
        const [read, expected] = [readUnit(printed ?? ''), parseUcum(ucum ?? '')];
        return read?.kind !== expected?.kind || read?.mantissa !== expected?.mantissa || read?.exponent !== expected?.exponent;
      })
      .map(([printed]) => printed);
    // UI/L and UI/g depend on the analyte; U/mL, kU/L and U anti-Xa are read by the row; mm is a length but for the sedimentation rate;
    // BAU is kept apart from a kit's own unit; a probability 1/n has no unit
    expect(wrong).toEqual(['UI/g Hb', 'UI/L', 'kU/L', 'U/mL', 'U anti-Xa/mL', 'BAU/mL', 'mm']);
  });
});

test('a result keeps every digit that the laboratory printed when it needs no conversion', () => {
  fc.assert(
    fc.property(fc.constantFrom(...withUnit), fc.double({ noNaN: true, min: 0, max: 1e6 }), (row, value) => {
      const normalised = normalise({
        loinc: row.codes[0]!.loinc,
        label: row.label,
        unit: row.unit,
        number: { value, decimals: 2 },
        laboratoryFiness: '750000001',
      });
      expect([normalised.row, normalised.ucum, normalised.converted, normalised.refused]).toEqual([
        row.row,
        row.unit,
        undefined,
        undefined,
      ]);
    }),
  );
});
