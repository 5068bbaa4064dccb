import { describe, expect, test } from 'vitest';
import { type FormulaId, FORMULAS } from '../../terminology/formulas.ts';
import { screenCatalogue } from '../../terminology/index.ts';

/** What the names have of their column at 1440 px, in px: 252 less the margin of the page and the air at its right. */
const ROOM_PX = 228;
const GAP_PX = 6;
const MOST_UNIT_PX = 96;
/** Widths of letters of Inter at 13 px, weight 450, in tenths of px; a capital or a letter that is not there is as wide as the widest but M and W. */
const TENTHS: Readonly<Record<string, number>> = {
  ...widths(31, 'ijl'),
  ...widths(36, "I.,·:'’ "),
  ...widths(47, 'ft()/ï'),
  ...widths(52, 'r1-'),
  ...widths(60, '^²'),
  ...widths(75, 'acesvxyzéèêçEFLJ'),
  ...widths(80, 'bdghknopquôµ023456789'),
  ...widths(86, 'BPRSTXYZ+4'),
  ...widths(115, 'mMwW'),
};
const OTHER_TENTHS = 97;

function widths(tenths: number, letters: string): Record<string, number> {
  return Object.fromEntries([...letters].map((letter) => [letter, tenths]));
}

const widthOf = (text: string, px: number) => [...text].reduce((sum, letter) => sum + (TENTHS[letter] ?? OTHER_TENTHS), 0) * (px / 130);
const roomBeside = (unit: string | undefined) => ROOM_PX - (unit ? GAP_PX + Math.min(MOST_UNIT_PX, widthOf(unit, 11)) : 0);

const { rows } = screenCatalogue(Object.keys(FORMULAS) as FormulaId[]);
const names = rows.flatMap(({ row, unit, label, labelEn, short, shortEn }) => [
  { row, language: 'fr', unit, whole: label, shown: short ?? label },
  { row, language: 'en', unit, whole: labelEn, shown: shortEn ?? labelEn },
]);

describe('the names of the grid', () => {
  test('are never cut at 1440 px, unit beside them, in either language', () => {
    const cut = names.filter(({ shown, unit }) => widthOf(shown, 13) > roomBeside(unit));
    expect(cut.map(({ row, language, shown }) => `${row} ${language}: ${shown}`)).toEqual([]);
  });

  test('tell apart what the catalogue tells apart: same name, same specimen and same unit is the same analyte', () => {
    const heads = Map.groupBy(
      names,
      ({ row, language, shown, unit }) => `${language} ${shown} ${row.slice(row.lastIndexOf('.'))} ${unit ?? ''}`,
    );
    expect([...heads.values()].filter((same) => same.length > 1).map((same) => same.map(({ row }) => row))).toEqual([]);
  });

  test('say first of a calculated value that it is, shortened or not', () => {
    const calculated = names.filter(({ row }) => row.startsWith('calc:'));
    expect(calculated.length).toBeGreaterThan(0);
    expect(calculated.filter(({ shown }) => !/^Calc(\.|ulé|ulated)/.test(shown))).toEqual([]);
  });
});
