import { globSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';

/** What decides whether a change is real, or what a calculated value is, exists once: screens, print and server cannot disagree. */
const sources = globSync('src/**/*.{ts,tsx}', { exclude: (file) => /\.test\.|test-support|^src\/demo$/.test(file) }).map((file) => ({
  file,
  text: readFileSync(file, 'utf8'),
}));
const filesWith = (pattern: RegExp) => sources.filter(({ text }) => pattern.test(text)).map(({ file }) => file);

describe('is written once', () => {
  test.each([
    ['the reference change value', /Math\.SQRT2|\bZ_95\b|1\.96\b.*Math|2\.77\b/, 'src/terminology/change.ts'],
    ['the zlog', /\b3\.92\b/, 'src/terminology/zlog.ts'],
    ['the formulas of calculated values', /\b(?:0\.993|0\.9938|0\.413|22\.5|8\.56)\b/, 'src/terminology/formulas.ts'],
    ['whether two results compare', /'method-unknown'/, 'src/terminology/comparable.ts'],
    ['the master equation of HbA1c', /0\.091_?48/, 'src/terminology/conversion.ts'],
  ])('%s', (_what, pattern, file) => {
    expect(filesWith(pattern)).toEqual([file]);
  });
});

test('the table of results, the curves, the crossing of rows, the print and the patient’s own page take changes from that rule', () => {
  expect(filesWith(/import \{ changeBetween as \w+, referenceChangeValue \} from '#terminology\/contract'/)).toEqual([
    'src/biology/change.ts',
  ]);
  const users = filesWith(/import \{[^}]*\bchangeBetween\b[^}]*\} from '(?:\.\.?\/)change\.ts'/);
  expect(users).toEqual(expect.arrayContaining(['src/biology/grid.ts', 'src/biology/series.ts', 'src/biology/own-results.ts']));
  expect(filesWith(/import \{ gridOf\b/)).toContain('src/biology/web/print-view.tsx');
});
