import { expect, test } from 'vitest';
import { chemistryReport } from '../../../test/support/lab-report.ts';
import type { Result, Section } from '../lab-report.ts';
import { resultsOf } from '../results-of.ts';
import { withNarrative } from './narrate.ts';
import { narrativeToText } from './narrative-html.ts';

const made = (section: Section) => withNarrative({ ...chemistryReport(0), sections: [section] }).sections[0]!;
const chapter = (items: Result[], comments: string[] = []): Section => ({
  kind: 'chapter',
  sections: [],
  entries: [{ status: 'completed', items, comments }],
});

test('a made narrative says the name, value, unit, interval, flag, method, previous value and comment of a result', () => {
  const section = made(
    chapter([
      {
        kind: 'result',
        code: { code: '14749-6', display: 'Glucose' },
        status: 'completed',
        value: { type: 'quantity', value: '7.20', unit: 'mmol/L' },
        interpretations: ['H'],
        method: { originalText: 'Hexokinase' },
        reference: { low: { value: '4.1' }, high: { value: '6.1' } },
        previous: [
          { code: { code: '14749-6' }, status: 'completed', at: '20250201', value: { type: 'quantity', value: '5.9', unit: 'mmol/L' } },
        ],
        comments: ['À contrôler.'],
      },
    ]),
  );
  expect(narrativeToText(section.narrative ?? '')).toBe(
    'Examen | Résultat | Unité | Valeurs de référence | Antériorités\n' +
      'Glucose Hexokinase | 7,20 (H) | mmol/L | 4,1 - 6,1 | 5,9 mmol/L (01/02/2025)\nÀ contrôler.',
  );
});

test.each<[Partial<Result>, string]>([
  [{ value: { type: 'range', high: { value: '1.0', unit: 'mg/L', inclusive: false } } }, '< 1,0 | mg/L'],
  [{ value: { type: 'range', low: { value: '0.512', unit: 'ug/mL' } } }, '≥ 0,512 | µg/mL'],
  [{ value: { type: 'quantity', value: '250', unit: '10*9/L' } }, '250 | G/L'],
  [{ value: { type: 'ratio', numerator: { value: '1' }, denominator: { value: '160' } } }, '1/160'],
  [{ value: { type: 'coded', code: { originalText: 'Limpide' } } }, 'Limpide'],
  [{ status: 'aborted' }, 'non réalisé'],
])('the value of %j is printed the French way', (part, printed) => {
  const section = made(chapter([{ kind: 'result', code: { originalText: 'Examen d’essai' }, status: 'completed', ...part }]));
  expect(narrativeToText(section.narrative ?? '')).toContain(`Examen d’essai | ${printed}`);
});

test('each result points to its own line', () => {
  const report = withNarrative(chemistryReport(12));
  const refs = [...resultsOf(report)].map(({ result }) => result.code.ref);
  expect(new Set(refs).size).toBe(12);
  for (const ref of refs) expect(report.sections[0]?.narrative).toContain(`ID="${ref}"`);
});

test('words that look like markup stay words', () => {
  const section = made(chapter([{ kind: 'result', code: { originalText: '<b>&' }, status: 'completed' }], ['<script>']));
  expect(section.narrative).toContain('&lt;b&gt;&amp;');
  expect(section.narrative).toContain('&lt;script&gt;');
});

test('a given narrative is not touched, nor is the given report', () => {
  const report = chemistryReport(2);
  const before = structuredClone(report);
  const given = { ...report, sections: report.sections.map((section) => ({ ...section, narrative: 'déjà écrit' })) };
  expect(withNarrative(given)).toEqual(given);
  withNarrative(report);
  expect(report).toEqual(before);
});
