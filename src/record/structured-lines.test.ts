import { expect, test } from 'vitest';
import { dischargeLetter } from '../../test/support/discharge-letter.ts';
import { readClinicalDocument, writeDischargeLetter } from '../formats/index.ts';
import type { StructuredKind } from './document-contract.ts';
import { structuredOf } from './structured-lines.ts';

const read = (change: (xml: string) => string = (xml) => xml) =>
  structuredOf(readClinicalDocument(Buffer.from(change(writeDischargeLetter(dischargeLetter()))), 'text/xml'));
const linesOf = (kind: StructuredKind, change?: (xml: string) => string) => read(change).find((list) => list.kind === kind)?.lines;

test('of the treatments of a discharge letter, each is told under what became of it, with its dose, before and now, why and since when', () => {
  const stood = read().filter(({ kind }) => kind.startsWith('treatments'));
  expect(stood.map(({ kind, lines }) => [kind, lines[0]!.words, lines[0]!.from, lines[0]!.until])).toEqual([
    ['treatments-started', 'RAMIPRIL ESSAI 2,5 mg — Introduit pendant le séjour', '2025-03-18', undefined],
    [
      'treatments-changed',
      expect.stringMatching(/^FUROSEMIDE ESSAI 40 mg : 1 comprimé 1 fois par jour → 2 comprimés 1 fois par jour — .*Dose doublée/s),
      '2023-01-10',
      undefined,
    ],
    [
      'treatments-stopped',
      'IBUPROFENE ESSAI 400 mg : 1 comprimé toutes les 8 heures — Arrêté : insuffisance cardiaque et fonction rénale',
      '2024-09-01',
      '2025-03-14',
    ],
  ]);
});

test('what an entry denies is said to be denied: no known allergy is no allergy', () => {
  const [allergy] = linesOf('allergies')!;
  expect(allergy).toEqual({ words: 'Amoxicilline', from: '2010' });
  const negated = linesOf('allergies', (xml) => {
    const at = xml.indexOf('1.3.6.1.4.1.19376.1.5.3.1.4.6"');
    const opening = xml.lastIndexOf('<observation ', at);
    return `${xml.slice(0, opening)}<observation negationInd="true" ${xml.slice(opening + '<observation '.length)}`;
  });
  expect(negated).toEqual([{ ...allergy, isDenied: true }]);
});

test('a date keeps the precision that its sender gave', () => {
  expect(linesOf('devices')).toMatchObject([{ from: '2021-04-05' }]);
  expect(linesOf('plannedCare')!.map(({ from }) => from)).toContain('2025-03-27');
});
