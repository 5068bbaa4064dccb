import { parentPort } from 'node:worker_threads';
import { getDocumentProxy } from 'unpdf';
import type { PdfAnswer, PdfQuestion } from './text-thread.ts';

/** Reads PDFs, one after the other, in a thread apart (see text-thread.ts). */

async function read({ bytes, pages: mostPages, characters }: PdfQuestion): Promise<PdfAnswer> {
  const pdf = await getDocumentProxy(bytes, { disableFontFace: true, useSystemFonts: false, stopAtErrors: false });
  try {
    let text = '';
    for (let n = 1; n <= Math.min(pdf.numPages, mostPages) && text.length <= characters; n++) {
      const page = await pdf.getPage(n);
      const { items } = await page.getTextContent();
      for (const item of items) if ('str' in item) text += item.str + (item.hasEOL ? '\n' : ' ');
      text += '\n';
      page.cleanup();
    }
    const words = text
      .replace(/[ \t]+/g, ' ')
      .replace(/ ?\n ?/g, '\n')
      .replace(/\n+/g, '\n')
      .trim();
    return {
      said: { text: words.slice(0, characters), pages: pdf.numPages, isCut: words.length > characters || pdf.numPages > mostPages },
    };
  } finally {
    await pdf.loadingTask.destroy();
  }
}

parentPort?.on('message', async (question: PdfQuestion) => {
  const answer = await read(question).catch((error: unknown): PdfAnswer => {
    const isLocked = error instanceof Error && error.name === 'PasswordException';
    return { unreadable: isLocked ? 'the PDF is locked by a password' : 'the PDF is broken' };
  });
  parentPort?.postMessage(answer, []);
});
