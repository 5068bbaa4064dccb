import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { type Face, PDFDocument } from 'pdfkit';

let read: { regular: Face; bold: Face } | undefined;

/**
 * Inter (SIL Open Font License), the face of the screens: read and understood once, since that costs more than a page; its used letters go into each file.
 * A face remembers of each of its signs the characters that it was first asked for, which a reader copies from the page: it forgets them for each file, so
 * that no document depends on those before it.
 */
export function fonts(): { regular: Face; bold: Face } {
  const { resolve } = createRequire(import.meta.url);
  read ??= {
    regular: understood(readFileSync(resolve('@expo-google-fonts/inter/400Regular/Inter_400Regular.ttf'))),
    bold: understood(readFileSync(resolve('@expo-google-fonts/inter/700Bold/Inter_700Bold.ttf'))),
  };
  for (const face of Object.values(read)) face._glyphs = {};
  return read;
}

/** As the library that draws understands it. */
const understood = (bytes: Uint8Array): Face => new PDFDocument({ font: null }).registerFont('face', bytes).font('face')._font.font;
