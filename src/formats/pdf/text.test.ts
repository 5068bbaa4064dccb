import { readdirSync, readFileSync } from 'node:fs';
import { deflateSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { chemistryReport } from '../../../test/support/lab-report.ts';
import { makePdf } from './make.ts';
import { pdfText } from './text.ts';

const made = makePdf(chemistryReport(3), 'Europe/Paris');

/** A PDF of one page whose content stream is `content`, compressed. */
function pageOf(content: Buffer): Buffer {
  const packed = deflateSync(content);
  return Buffer.concat([
    Buffer.from(
      '%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R/OpenAction<</S/JavaScript/JS(app.alert\\(1\\))>>>>endobj\n2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n' +
        '3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Resources<</Font<</F1<</Type/Font/Subtype/Type1/BaseFont/Helvetica/Encoding/WinAnsiEncoding>>>>>>/Contents 4 0 R>>endobj\n' +
        `4 0 obj<</Length ${packed.length}/Filter/FlateDecode>>stream\n`,
    ),
    packed,
    Buffer.from('\nendstream endobj\ntrailer<</Root 1 0 R>>\n%%EOF'),
  ]);
}

describe('the words of a PDF', () => {
  test('are found, with their pages', async () => {
    const { text, pages, isCut } = await pdfText(await made);
    expect(text).toContain("Compte rendu d'examens biologiques");
    expect([pages, isCut]).toEqual([1, false]);
  });

  test('are read from a PDF of another maker, whose scripts are not run', async () => {
    const { text } = await pdfText(pageOf(Buffer.from('BT /F1 12 Tf 50 700 Td (Bonjour docteur) Tj ET')));
    expect(text).toBe('Bonjour docteur');
  });

  test('are its own, whatever was read before it or at the same time, a broken one too', async () => {
    const told = (words: string) => pageOf(Buffer.from(`BT /F1 12 Tf 50 700 Td (${words}) Tj ET`));
    const broken = Buffer.from('%PDF-1.4\n1 0 obj<<>>endobj\nstartxref\n99999999\n%%EOF');
    const read = await Promise.allSettled([told('un'), broken, told('deux'), told('trois')].map((bytes) => pdfText(bytes)));
    expect(read.map((one) => (one.status === 'fulfilled' ? one.value.text : 'refused'))).toEqual(['un', 'refused', 'deux', 'trois']);
    for (const words of ['quatre', 'cinq']) expect((await pdfText(told(words))).text).toBe(words);
  });

  test('are the same when nobody waits for them: one thread of this process then gives way, and no other does', async () => {
    const priorities = () =>
      readdirSync('/proc/self/task').map((thread) => readFileSync(`/proc/self/task/${thread}/stat`, 'utf8').split(') ')[1]!.split(' ')[16]);
    const before = priorities().filter((one) => one === '10').length;
    expect((await pdfText(await made, { givesWay: true })).text).toBe((await pdfText(await made)).text);
    expect(priorities().filter((one) => one === '10').length).toBe(before + 1);
  });

  test('are cut beyond what a search keeps, and that is said', async () => {
    const { text, isCut } = await pdfText(await made, { characters: 20 });
    expect([text.length, isCut]).toEqual([20, true]);
  });
});

describe('a hostile PDF is refused', () => {
  test.each([
    ['nothing', Buffer.alloc(0)],
    ['another format', Buffer.from('<ClinicalDocument/>')],
    ['a head alone', Buffer.from('%PDF-1.7\n')],
    ['a table that points nowhere', Buffer.from('%PDF-1.4\nstartxref\n99999999\n%%EOF')],
  ])('%s', async (_, bytes) => {
    await expect(pdfText(bytes)).rejects.toMatchObject({ code: 'report.unreadable' });
  });

  test('more than 20 MB', async () => {
    await expect(pdfText(Buffer.alloc(20 * 1024 * 1024 + 1))).rejects.toMatchObject({ code: 'report.hostile' });
  });

  test('one that takes too long, and the process goes on', async () => {
    const bomb = pageOf(Buffer.concat([Buffer.from('BT /F1 12 Tf '), Buffer.alloc(60_000_000, '(a) Tj '), Buffer.from('ET')]));
    expect(bomb.length).toBeLessThan(500_000);
    await expect(pdfText(bomb, { milliseconds: 300 })).rejects.toMatchObject({ code: 'report.hostile' });
  });

  test('a damaged one gives words or a refusal, never another error', { timeout: 60_000 }, async () => {
    const good = Buffer.from(await made);
    await fc.assert(
      fc.asyncProperty(fc.array(fc.tuple(fc.nat(good.length - 1), fc.nat(255)), { minLength: 1, maxLength: 40 }), async (edits) => {
        const bytes = Buffer.from(good);
        for (const [at, byte] of edits) bytes[at] = byte;
        const outcome = await pdfText(bytes).then(
          () => 'words',
          (error: unknown) => (error as { name: string }).name,
        );
        expect(['words', 'Refusal']).toContain(outcome);
      }),
      { numRuns: 8 },
    );
  });
});
