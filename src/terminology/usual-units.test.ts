import { describe, expect, test } from 'vitest';
import { catalogueRows } from './catalogue.ts';
import { readUnit } from './french-units.ts';
import { normalise } from './normalise.ts';
import { parseUcum } from './ucum.ts';

/** Usual spellings of French reports, gathered by the UCUM unit that each means. Those that depend on the analyte are tested with it below. */
const SPELLINGS: Readonly<Record<string, string>> = {
  '10*9/L': 'G/L | Giga/L | 10^9/L | 10e9/L | 10*9/L',
  '10*12/L': 'T/L | Tera/L | Téra/L | 10^12/L',
  '10*6/L': '10^6/L',
  '10*3/mL': '10^3/mL',
  '10*6/mL': 'M/mL',
  '/L': '/L',
  '/mm3': '/mm3 | /mm³',
  '/uL': '/µL | /μL',
  '[CFU]/mL': 'CFU/mL | UFC/mL',
  '/100{WBCs}': '/100 GB | /100 leucocytes',
  '%': '%',
  'L/L': 'L/L',
  '{ratio}': 'ratio | Ratio',
  '{index}': 'index | Index',
  '[pH]': 'UpH | unité pH',
  'g/L': 'g/L',
  'g/dL': 'g/dL | g/100mL | g/100 mL',
  'mg/L': 'mg/L',
  'mg/dL': 'mg/dL | mg/100 mL',
  'mg/mL': 'mg/mL',
  'ug/L': 'µg/L | μg/L | ug/L',
  'ug/dL': 'µg/dL | µg/100 mL',
  'ug/mL': 'µg/mL',
  'ng/L': 'ng/L',
  'ng/dL': 'ng/dL',
  'ng/mL': 'ng/mL',
  'pg/L': 'pg/L',
  'pg/mL': 'pg/mL',
  'ug/L{FEU}': 'µg/L FEU',
  'ug/mL{FEU}': 'µg/mL FEU',
  'mg/L{FEU}': 'mg/L FEU',
  'g/mol': 'g/mol',
  'ug/g': 'µg/g | µg/g de selles',
  'mg/kg': 'mg/kg',
  'mol/L': 'mol/L',
  'mmol/L': 'mmol/L',
  'umol/L': 'µmol/L | μmol/L',
  'nmol/L': 'nmol/L',
  'pmol/L': 'pmol/L',
  'eq/L': 'Eq/L',
  'meq/L': 'mEq/L',
  'mosm/kg': 'mOsm/kg | mOsmol/kg',
  'mosm/L': 'mOsm/L',
  'umol/mmol': 'µmol/mmol',
  'mmol/mmol': 'mmol/mmol',
  'mmol/mol': 'mmol/mol',
  'ukat/L': 'µkat/L',
  'nkat/L': 'nkat/L',
  'm[IU]/L': 'mUI/L',
  'm[IU]/mL': 'mUI/mL',
  'u[IU]/mL': 'µUI/mL',
  '[IU]/mL': 'UI/mL',
  '[IU]/dL': 'UI/dL',
  'ng/mL/h': 'ng/mL/h',
  'mL/min': 'mL/min',
  'mL/min/{1.73_m2}': 'mL/min/1,73m² | mL/min/1,73m2',
  'g/(24.h)': 'g/24h',
  'ug/(24.h)': 'µg/24h',
  'umol/(24.h)': 'µmol/24h',
  'mmol/(24.h)': 'mmol/24h',
  'nmol/(24.h)': 'nmol/24h',
  'mL/(24.h)': 'mL/24h',
  'L/(24.h)': 'L/24h',
  s: 's | sec',
  min: 'min',
  h: 'h',
  'mm/h': 'mm/h',
  fL: 'fL | µ3',
  pg: 'pg',
  mL: 'mL',
  L: 'L',
  g: 'g',
  kg: 'kg',
  mV: 'mV',
};

const measure = (text: string, read: (text: string) => ReturnType<typeof readUnit>) => {
  const unit = read(text);
  return unit && [unit.kind, unit.mantissa, unit.exponent];
};

describe('units that laboratories usually print', () => {
  test.each(
    Object.entries(SPELLINGS).flatMap(([ucum, printed]) => printed.split(' | ').map((one) => [one, ucum] as const)),
  )('“%s” is %s', (printed, ucum) => {
    expect(measure(ucum, parseUcum)).toBeDefined();
    expect(measure(printed, readUnit)).toEqual(measure(ucum, parseUcum));
  });

  test.each([
    ['UI/L', '1920-8', 'U/L'],
    ['kU/L', '19113-0', 'k[IU]/L'],
    ['mm', '4537-7', 'mm/h'],
  ])('“%s” is read by the analyte that it measures: %s', (unit, loinc, ucum) => {
    const { row } = normalise({ loinc, label: '', unit, number: { value: 10, decimals: 0 }, laboratoryFiness: '990400101' });
    const becomes = normalise({ loinc, label: '', unit: ucum, number: { value: 10, decimals: 0 }, laboratoryFiness: '990400101' });
    expect([row.includes('~'), row]).toEqual([false, becomes.row]);
  });

  test('a result of every row of the catalogue, in its usual unit as printed, stands in that row with its own digits', () => {
    const wrong = catalogueRows()
      .filter((row) => row.unitPrinted !== '')
      .flatMap((info) => {
        const made = normalise({
          loinc: info.codes[0]!.loinc,
          label: info.label,
          unit: info.unitPrinted,
          number: { value: 12.5, decimals: 1 },
          laboratoryFiness: '990400101',
        });
        const value = made.converted?.value ?? 12.5;
        return made.row === info.row && made.refused === undefined && value === 12.5 ? [] : [[info.row, info.unitPrinted, made]];
      });
    expect(wrong).toEqual([]);
  });
});
