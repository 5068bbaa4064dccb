import { describe, expect, test } from 'vitest';
import { dischargeLetter } from '../../../test/support/discharge-letter.ts';
import { chemistryReport } from '../../../test/support/lab-report.ts';
import { letterDocument } from '../cda/letter/write.ts';
import type { ClinicalDocument } from '../clinical-document.ts';
import type { LabReport, Section } from '../lab-report.ts';
import { blocksOf } from './blocks.ts';
import { makePdf, pdfOf } from './make.ts';
import { pdfText } from './text.ts';

const ZONE = 'Europe/Paris';
const latin = (bytes: Uint8Array) => Buffer.from(bytes).toString('latin1');
const flat = (text: string) => text.replace(/\s+/g, ' ');

const withNarrative = (narrative: string): ClinicalDocument => {
  const document = letterDocument(dischargeLetter());
  const [section] = document.sections;
  return { ...document, sections: [{ ...section!, narrative, entries: [] }] };
};

describe('the PDF made of a laboratory report', () => {
  const report = chemistryReport(90);
  const made = makePdf(report, ZONE);

  test('prints every result with its value, its unit and its interval, in French', async () => {
    const text = flat((await pdfText(await made)).text);
    for (let n = 0; n < 90; n++) expect(text).toContain(`Analyte d'essai numéro ${n} `);
    expect(text).toContain('22,10');
    expect(text).toContain('4,1 - 6,1');
  });

  test('has the patient and the page number on every page', async () => {
    const { text, pages: count } = await pdfText(await made);
    expect(count).toBeGreaterThan(2);
    for (let n = 1; n <= count; n++) expect(flat(text)).toContain(`Page ${n} / ${count}`);
    const name = `${report.patient.birthFamily} ${report.patient.birthGivens}`;
    expect(flat(text).split(name)).toHaveLength(count + 2);
    expect(flat(text).split(`INS ${report.patient.ids[0]?.extension}`)).toHaveLength(count + 2);
  });

  test('is A4, with embedded fonts, tags, a language, metadata and an output intent', async () => {
    const file = latin(await made);
    expect(file.startsWith('%PDF-1.4')).toBe(true);
    const boxes = [...file.matchAll(/\/MediaBox \[([^\]]+)\]/g)].map(([, box]) => box);
    expect(new Set(boxes)).toEqual(new Set(['0 0 595.28 841.89']));
    const fonts = file.match(/\/Type \/Font\n/g)?.length ?? 0;
    expect(fonts).toBeGreaterThan(0);
    expect(file.match(/\/FontFile2 /g)).toHaveLength(2);
    expect(file).not.toContain('/BaseFont /Helvetica');
    for (const part of [
      '/StructTreeRoot',
      '/Marked true',
      '/S /Table',
      '/S /TH',
      '/S /H1',
      '/Lang (fr-FR)',
      '/DisplayDocTitle true',
      '/OutputIntents',
      'pdf:Producer',
      '<dc:title>',
    ]) {
      expect(file).toContain(part);
    }
  });

  test('runs nothing and points nowhere', async () => {
    const file = latin(await made);
    for (const part of ['/JavaScript', '/JS', '/OpenAction', '/Launch', '/URI', '/EmbeddedFile', '/Encrypt'])
      expect(file).not.toContain(part);
  });

  test('is the same bytes for the same report', async () => {
    expect(Buffer.from(await made).equals(await makePdf(report, ZONE))).toBe(true);
  });

  test('is never made when the laboratory sent its own, which is given byte for byte', async () => {
    const own = Buffer.from('%PDF-1.7 the proof');
    expect(await pdfOf({ ...report, pdf: { base64: own.toString('base64') } }, ZONE)).toEqual({ bytes: own, isOwn: true });
    expect((await pdfOf(report, ZONE)).isOwn).toBe(false);
  });
});

describe('the PDF made of a discharge letter', () => {
  test('prints every heading, treatments with their reason, and the dates of the stay', async () => {
    const { text } = await pdfText(await makePdf(letterDocument(dischargeLetter()), ZONE));
    for (const said of [
      "Motif de l'hospitalisation",
      'Décompensation cardiaque',
      'FUROSEMIDE ESSAI',
      'Suites à donner',
      'Coronarographie',
      'Séjour : du 14/03/2025 08:30 au 22/03/2025 10:30',
      'Allergies identifiées pendant le séjour',
      'Amoxicilline',
    ]) {
      expect(flat(text)).toContain(said);
    }
  });
});

describe('whatever a narrative holds, its words are printed', () => {
  /** Blocks as lines: what the pages print, before they are laid out. */
  const linesOf = (narrative: string) =>
    blocksOf(narrative).flatMap((block) => {
      if (block.kind === 'table')
        return [...block.head, ...block.body].map((row) => row.map(({ text, span }) => `${text}${span > 1 ? `×${span}` : ''}`).join('|'));
      if (block.kind === 'item') return [`${block.label} ${block.text}`];
      return [block.kind === 'media' ? `[${block.ref}]` : block.text];
    });

  test.each([
    ['bare words', 'mots nus', ['mots nus']],
    ['words around a list', 'avant<list><item>un</item><item>deux</item></list>après', ['avant', '– un', '– deux', 'après']],
    ['a numbered list', '<list listType="ordered"><item>un</item><item>deux</item></list>', ['1. un', '2. deux']],
    ['a list in a list', '<list><item>un<list><item>a</item></list></item></list>', ['– un', '– a']],
    [
      'cells over rows and columns',
      '<table><thead><tr><th>t</th></tr></thead><tbody><tr><td rowspan="2">A</td><td colspan="2">B</td></tr><tr><td>C</td><td>D</td></tr></tbody></table>',
      ['t', 'A|B×2', '|C|D'],
    ],
    [
      'a table in a table',
      '<table><tbody><tr><td><table><tbody><tr><td>dedans</td></tr></tbody></table></td></tr></tbody></table>',
      ['dedans'],
    ],
    ['a table without rows', '<table><tbody></tbody></table>fin', ['fin']],
    ['blocks inside a paragraph', '<paragraph>a<list><item>b</item></list>c</paragraph>', ['a', '– b', 'c']],
    ['a table inside a content', '<content>x<table><tr><td>y</td></tr></table></content>', ['x', 'y']],
    ['a picture', '<paragraph>a<renderMultiMedia referencedObject="m1"/>b</paragraph>', ['a', '[m1]', 'b']],
  ])('%s', (_, narrative, lines) => {
    expect(linesOf(narrative)).toEqual(lines);
  });

  test('letters, signs and pictures that are not there, as they were typed', async () => {
    const narrative =
      '<paragraph>α β µmol ≤ ≥ ± œ É</paragraph><paragraph>2x1 -&gt; 3x2</paragraph><table><tr></tr><tr><td>x</td></tr></table><renderMultiMedia referencedObject="nowhere"/>';
    const { text } = await pdfText(await makePdf(withNarrative(narrative), ZONE));
    for (const said of ['α β µmol ≤ ≥ ± œ É', '2x1 -> 3x2', '[image absente du document]']) {
      expect(flat(text).normalize('NFKC')).toContain(said.normalize('NFKC'));
    }
  });

  test('a cell longer than a page runs over several', async () => {
    const long = Array.from({ length: 3_000 }, (_, n) => `mot${n}`).join(' ');
    const { text, pages } = await pdfText(
      await makePdf(withNarrative(`<table><tbody><tr><td>${long}</td><td>court</td></tr></tbody></table>`), ZONE),
    );
    expect(pages).toBeGreaterThan(2);
    expect(flat(text)).toContain('mot2999');
    expect(flat(text)).toContain('court');
  });

  test('a word without end is cut, not lost', async () => {
    const { text } = await pdfText(await makePdf(withNarrative(`<paragraph>${'ACGT'.repeat(200)}</paragraph>`), ZONE));
    expect(text.replace(/\s+/g, '')).toContain('ACGT'.repeat(200));
  });

  test('a narrative that is not well-formed is refused', async () => {
    await expect(makePdf(withNarrative('<paragraph>'), ZONE)).rejects.toMatchObject({ code: 'report.unreadable' });
  });
});

test('a report without narrative gets one, and control characters are left out', async () => {
  const given = chemistryReport(1);
  const section: Section = { kind: 'comment', title: 'Note', narrative: 'a\u0007b', entries: [], sections: [] };
  const report: LabReport = { ...given, sections: [...given.sections, section] };
  await expect(makePdf(report, ZONE)).rejects.toMatchObject({ code: 'report.unreadable' });
  const { text } = await pdfText(await makePdf({ ...given, title: 'Essai\u200e' }, ZONE));
  expect(text).toContain('Essai');
});
