import { setPriority } from 'node:os';
import { parentPort, workerData } from 'node:worker_threads';
import { getDocumentProxy } from 'unpdf';
import type { PdfAnswer, PdfQuestion, ThreadLimits } from './text-thread.ts';

/** Reads PDFs, one after the other, in a thread apart (see text-thread.ts). */

/**
 * Of two threads that want one processor it then gets a tenth: who asks waits for no file, and no file waits for ever. Linux takes the number 0
 * for the calling thread, and leaves the others of the process as they are (setpriority(2), "C library/kernel differences").
 */
const LOW_PRIORITY = 10;
if ((workerData as ThreadLimits).givesWay && process.platform === 'linux') setPriority(0, LOW_PRIORITY);

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
