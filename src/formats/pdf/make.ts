import type { ClinicalDocument } from '../clinical-document.ts';
import type { LabReport } from '../lab-report.ts';
import { type Printout, printoutOf } from './printout.ts';

/** A PDF, and whether it is the sender's own: then it is the proof, byte for byte. */
export interface PdfOfDocument {
  bytes: Uint8Array;
  isOwn: boolean;
}

/**
 * The PDF of a document: its own when it holds one, else one made of its narrative.
 *
 * @param zone IANA zone of times without offset, for instance `Europe/Paris`
 */
export async function pdfOf(document: LabReport | ClinicalDocument, zone: string): Promise<PdfOfDocument> {
  if (document.pdf) return { bytes: Buffer.from(document.pdf.base64, 'base64'), isOwn: true };
  return { bytes: await makePdf(document, zone), isOwn: false };
}

/**
 * A readable PDF of what the document says: A4, the patient on every page, page numbers, embedded fonts, tags, XMP metadata and an
 * output intent, in French. The same document gives the same bytes. It says PDF/A-1a: Apache PDFBox Preflight judges level B in the
 * browser tests, nobody judged its tags (level A).
 *
 * @throws Refusal `report.unreadable` or `report.hostile` when a narrative is no well-formed fragment
 */
export async function makePdf(document: LabReport | ClinicalDocument, zone: string): Promise<Uint8Array> {
  return printPages(printoutOf(document), zone);
}

/** The same pages for anything said as headings, words and tables. @param zone IANA zone of a creation time that says no offset */
export async function printPages(printout: Printout, zone: string): Promise<Uint8Array> {
  // Fonts and the library that draws with them are loaded by the first PDF, not by every command that reads a report.
  const { layOut } = await import('./lay-out.ts');
  return layOut(printout, zone);
}
