import { parentPort, workerData } from 'node:worker_threads';
import { getDocumentProxy } from 'unpdf';
import type { PdfAnswer } from './text.ts';

/** Reads one PDF in a thread of its own (see text.ts). */
const { bytes, pages: mostPages, characters } = workerData as { bytes: Uint8Array; pages: number; characters: number };

async function read(): Promise<PdfAnswer> {
  const pdf = await getDocumentProxy(bytes, { disableFontFace: true, useSystemFonts: false, stopAtErrors: false });
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
  return { said: { text: words.slice(0, characters), pages: pdf.numPages, isCut: words.length > characters || pdf.numPages > mostPages } };
}

function answer(said: PdfAnswer): void {
  parentPort?.postMessage(said, []);
}

try {
  answer(await read());
} catch (error) {
  const isLocked = error instanceof Error && error.name === 'PasswordException';
  answer({ unreadable: isLocked ? 'the PDF is locked by a password' : 'the PDF is broken' });
}
