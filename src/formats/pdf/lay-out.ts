import { drawBlock, drawText } from './draw.ts';
import type { Printout } from './printout.ts';
import { closeSheet, openSheet } from './sheet.ts';

/** A printout on pages, as the bytes of a PDF. */
export function layOut(printout: Printout, zone: string): Promise<Uint8Array> {
  const { sheet, bytes } = openSheet(printout, zone);
  drawBlock(sheet, { kind: 'heading', level: 1, text: printout.title }, printout.media);
  drawText(sheet, printout.identity.join('\n'), { size: 9, weight: 'bold', type: 'P' });
  for (const words of printout.about) drawText(sheet, words, { size: 8.5, weight: 'regular', type: 'P' });
  for (const block of printout.blocks) drawBlock(sheet, block, printout.media);
  closeSheet(sheet, printout);
  return bytes;
}
