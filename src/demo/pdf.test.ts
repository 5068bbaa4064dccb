import { expect, test } from 'vitest';
import { dayOf } from './clock.ts';
import { pagePdf, tinyPdf } from './pdf.ts';
import { makePopulation } from './population.ts';

const population = makePopulation({ seed: 1, patients: 3, reports: 0, today: dayOf('2026-11-18') });
const report = [...population.documentsOf(1)].at(-2)!.report;
const pending = [...population.documentsOf(1)].at(-1)!.report;

/** Every entry of the cross-reference table points to its object, and the trailer points to the table. */
function checkPdf(bytes: Buffer): void {
  const text = bytes.toString('latin1');
  const startxref = Number(/startxref\n(\d+)\n%%EOF\n$/.exec(text)?.[1]);
  expect(text.startsWith('xref\n0 7\n', startxref)).toBe(true);
  const offsets = [...text.slice(startxref).matchAll(/^(\d{10}) 00000 n $/gm)].map(([, offset]) => Number(offset));
  expect(offsets).toHaveLength(6);
  for (const [i, offset] of offsets.entries()) expect(text.startsWith(`${i + 1} 0 obj\n`, offset)).toBe(true);
  const [, length, content] = /<<\/Length (\d+)>>\nstream\n([\s\S]*?)\nendstream/.exec(text)!;
  expect(content).toHaveLength(Number(length));
}

test('the small copy is a whole PDF of less than 4 KB that names the patient and the laboratory', () => {
  const bytes = tinyPdf(report);
  checkPdf(bytes);
  expect(bytes.length).toBeLessThan(4096);
  expect(bytes.toString('latin1')).toContain('ESSAI-MARCHAND ODETTE');
  expect(bytes.toString('latin1')).toContain('BioRives Saint-Aubrac');
});

test('the full page prints identity, accents, values with a decimal comma and what is still to come', () => {
  const bytes = pagePdf(report);
  checkPdf(bytes);
  const text = bytes.toString('latin1');
  expect(text).toContain('Hémoglobine');
  expect(text).toContain('10,9 g/dL \\(L\\)');
  expect(pagePdf(pending).toString('latin1')).toContain('en cours');
});
