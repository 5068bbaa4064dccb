import { describe, expect, test } from 'vitest';
import { readUnit } from './french-units.ts';
import { scaleBetween } from './ucum.ts';

describe('a unit printed by a French laboratory', () => {
  test.each([
    ['G/L', '10*9/L'],
    ['Giga/L', '10*9/L'],
    ['10^9/L', '10*9/L'],
    ['x10^9/L', '10*9/L'],
    ['10⁹/L', '10*9/L'],
    ['10E9/L', '10*9/L'],
    ['T/L', '10*12/L'],
    ['Téra/L', '10*12/L'],
    ['M/mm3', '10*6/mm3'],
    ['10^3/µL', '10*3/uL'],
    ['/mm3', '/mm3'],
    ['/mm³', '/mm3'],
    ['/µL', '/uL'],
    ['elts/mm3', '{elts}/mm3'],
    ['g/l', 'g/l'],
    ['g/100 mL', 'g/dL'],
    ['µg/100mL', 'ug/dL'],
    ['µmol/L', 'umol/L'],
    ['μmol/L', 'umol/L'],
    ['µmol / L', 'umol/L'],
    ['mUI/L', 'm[IU]/L'],
    ['µUI/mL', 'u[IU]/mL'],
    ['UI/L', '[IU]/L'],
    ['U.I./L', '[IU]/L'],
    ['kUI/L', 'k[IU]/L'],
    ['kUA/L', 'k[IU]/L'],
    ['UA/mL', "[arb'U]/mL"],
    ['UI anti-Xa/mL', '[IU]/mL'],
    ['UFC/mL', '[CFU]/mL'],
    ['10^4 UFC/mL', '10*4.[CFU]/mL'],
    ['/champ', '/[HPF]'],
    ['mEq/L', 'meq/L'],
    ['mOsm/kg', 'mosm/kg'],
    ['mmol/24h', 'mmol/(24.h)'],
    ['g/24 h', 'g/(24.h)'],
    ['mg/j', 'mg/d'],
    ['mL/mn', 'mL/min'],
    ['mL/min/1,73 m²', 'mL/min/{1.73_m2}'],
    ['mL/min/1.73m2', 'mL/min/{1.73_m2}'],
    ['mL/mn/1,73m2', 'mL/min/{1.73_m2}'],
    ['mg/mmol de créatinine', 'mg/mmol'],
    ['mg/g créat', 'mg/g'],
    ['ng/mL FEU', 'ng/mL{FEU}'],
    ['µg FEU/L', 'ug{FEU}/L'],
    ['U/g Hb', 'U/g{Hb}'],
    ['copies/mL', '{copies}/mL'],
    ['log copies/mL', '{Log_copies}/mL'],
    ['log UI/mL', '{Log_IU}/mL'],
    ['µm3', 'fL'],
    ['mm Hg', 'mm[Hg]'],
    ['mm à 1 h', 'mm/h'],
    ['°C', 'Cel'],
    ['109/L', '10*9/L'],
    ['10 9/L', '10*9/L'],
    ['1012/l', '10*12/l'],
    ['103/µL', '10*3/uL'],
    ['/mm 3', '/mm3'],
    ['/mm^3', '/mm3'],
    ['mIU/L', 'm[IU]/L'],
    ['ui/l', '[IU]/l'],
    ['mL/min/1,73', 'mL/min/{1.73_m2}'],
    ['ml/mn/1.73m²', 'ml/min/{1.73_m2}'],
    ['mg/mmol de créatininurie', 'mg/mmol'],
    ['mosmol/kg H2O', 'mosm/kg'],
    ['élts/mm3', '{elts}/mm3'],
    ['µmoles/L', 'umol/L'],
    ['‰', '[ppth]'],
    ['mmol/mol Hb', 'mmol/mol'],
    ['%', '%'],
  ])('%s is read as %s', (printed, ucum) => {
    expect(readUnit(printed)?.ucum).toBe(ucum);
  });

  test.each([
    '',
    '   ',
    'gauss',
    'mL/min/',
    'g//L',
    'log',
    'kg m',
    '10^',
    '{',
    '1/n',
    '__proto__',
    'constructor',
    'mmol/constructor',
    '109/kg',
    '37/L',
  ])('“%s” is not understood rather than guessed', (printed) => {
    expect(readUnit(printed)).toBeUndefined();
  });

  test.each([
    ['G/L', '10^3/mm3', 1],
    ['G/L', '/mm3', 1000],
    ['‰', '%', 0.1],
    ['1000/mm3', 'G/L', 1],
    ['T/L', 'M/mm3', 1],
    ['g/dL', 'g/L', 10],
    ['µg/L', 'ng/mL', 1],
    ['mUI/L', 'µUI/mL', 1],
    ['µkat/L', 'U/L', 60],
    ['kPa', 'mmHg', 7.500_64],
    ['mg/24h', 'µg/min', 0.694_444],
    ['µm3', 'fL', 1],
    ['µg FEU/L', 'ng/mL FEU', 1],
  ])('one %s is so many %s', (from, to, factor) => {
    const [a, b] = [readUnit(from)!, readUnit(to)!];
    expect(a.kind).toBe(b.kind);
    expect(scaleBetween(a, b)).toBeCloseTo(factor, 4);
  });

  test.each([
    ['G/L', 'g/L'],
    ['%', '/mm3'],
    ['/champ', '/mm3'],
    ['UFC/mL', '/mL'],
    ['UI/mL', 'UA/mL'],
    ['copies/mL', 'UI/mL'],
    ['copies/mL', 'log copies/mL'],
    ['ng/mL FEU', 'ng/mL DDU'],
    ['mL/min', 'mL/min/1,73 m²'],
    ['mosm/kg', 'mosm/L'],
    ['mg/g', 'mmol/mol'],
    ['%', 'mmol/mol'],
    ['mg/L', 'mmol/L'],
  ])('%s and %s are never the same kind', (a, b) => {
    expect(readUnit(a)!.kind).not.toBe(readUnit(b)!.kind);
  });
});
