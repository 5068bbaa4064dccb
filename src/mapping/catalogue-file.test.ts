import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Refusal } from '#kernel';
import { readCatalogue } from './catalogue-file.ts';

const GLUCOSE = { local: 'GLYC', localSystem: null, label: 'Glycémie', unit: 'g/L', specimen: 'Sang', loinc: '2345-7' };

test.each([
  ['semicolons, as French spreadsheets write', '\uFEFFCode;Libellé;Unité;Milieu;Code LOINC\r\nGLYC;Glycémie;g/L;Sang;2345-7\r\n'],
  ['commas', 'code,libelle,unite,specimen,loinc\nGLYC,Glycémie,g/L,Sang,2345-7'],
  ['tabs, in another order', 'LOINC\tNature\tUnité\tAnalyse\tCode examen\n2345-7\tSang\tg/L\tGlycémie\tGLYC\n'],
])('reads columns apart by %s', (_, text) => {
  expect(readCatalogue(text)).toEqual({ entries: [{ line: 2, ...GLUCOSE }], refused: [], ignored: [] });
});

test('a value in quotation marks may hold what stands between columns; lines keep their numbers', () => {
  const read = readCatalogue('code;libellé;unité\nA;"Créatinine ; sérum";µmol/L\n\nB;"Deux\nlignes";\nC;Urée;mmol/L\n');
  expect(read.entries.map(({ line, label, unit }) => [line, label, unit])).toEqual([
    [2, 'Créatinine ; sérum', 'µmol/L'],
    [5, 'Deux\nlignes', null],
    [6, 'Urée', 'mmol/L'],
  ]);
});

test('says which columns it does not read, and why a line is not taken', () => {
  const read = readCatalogue(
    `code;libellé;loinc;borne basse\n;;;3\nK;Potassium;2823-4;3,5\nNA;${'x'.repeat(301)};;\nCL;Chlore;2075-0;98\n`,
  );
  expect(read.ignored).toEqual(['borne basse']);
  expect(read.refused).toEqual([
    { line: 2, fault: 'no-name' },
    { line: 3, fault: 'not-loinc' },
    { line: 4, fault: 'too-long' },
  ]);
  expect(read.entries.map(({ local }) => local)).toEqual(['CL']);
});

test.each(['', 'une,autre\n1,2', 'code;libellé\nA;"jamais fermé\n'])('refuses what is no catalogue: %j', (text) => {
  expect(() => readCatalogue(text)).toThrow(Refusal);
});

/** @throws what is no refusal */
function readOrNone(text: string): ReturnType<typeof readCatalogue> {
  try {
    return readCatalogue(text);
  } catch (error) {
    if (error instanceof Refusal) return { entries: [], refused: [], ignored: [] };
    throw error;
  }
}

test('whatever the text, it is read or refused, and nothing empty or too long is taken', () => {
  fc.assert(
    fc.property(fc.array(fc.string({ unit: fc.constantFrom('a', ';', ',', '\t', '"', '\n', '\r', ' ', 'é', '\0') })), (parts) => {
      const { entries } = readOrNone(`code;libellé;loinc\n${parts.join('')}`);
      expect(entries.filter(({ label, local }) => label === '' || label.length > 300 || local?.includes('\0'))).toEqual([]);
    }),
    { numRuns: Number(process.env['FUZZ_RUNS'] ?? 200) },
  );
});
