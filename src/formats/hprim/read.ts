import { Refusal } from '#kernel';
import type { LabReport } from '../lab-report.ts';
import { decodeHprim, type HprimEncoding } from './decode.ts';
import { medecinDossiers, readMedecin } from './read-medecin.ts';
import { readSante, santePatients } from './read-sante.ts';

/** H, then the separator of fields and the other delimiters: HPRIM Santé. Anything else is HPRIM Médecin. */
const SANTE = /^H([^\w\s])[^\w\s]{3,4}\1/;

/**
 * Reads a file of HPRIM Médecin 3.0 or HPRIM Santé 2.x: one report a dossier, in any encoding of the field (see `decodeHprim`).
 * Lines that are not understood are warnings, and are kept in the report as they came.
 *
 * HPRIM has no INS, no LOINC and no UCUM: the identity is not qualified, codes are the laboratory's own, units are its spelling.
 * Source: recommendation H.PR.I.M. Médecins 3.0 (March 1997); H.PR.I.M. Santé 2.x, after ASTM E1238-91.
 *
 * @throws Refusal `report.unreadable`, `report.hostile`, `report.not-a-lab-report`, with the line
 */
export function readHprim(bytes: Uint8Array): LabReport[] {
  const { text, encoding, isSante } = textOf(bytes);
  const reports = isSante ? readSante(text) : readMedecin(text);
  if (encoding === 'cp850' || encoding === 'macintosh') {
    for (const { warnings } of reports)
      warnings.unshift({ code: 'hprim.encoding', at: 'line 1', message: `no encoding is said: read as ${encoding}` });
  }
  return reports;
}

/**
 * The dossiers of a file, each as a file that reads as the same report: a file that holds one is given back as it came. Written in UTF-8, since a dossier
 * by itself may not say any more which encoding the file is in.
 * @throws Refusal as `readHprim`, but for what is inside of a dossier
 */
export function hprimDossiersIn(bytes: Uint8Array): Uint8Array[] {
  const { text, isSante } = textOf(bytes);
  const dossiers = isSante ? santePatients(text) : medecinDossiers(text);
  return dossiers.length === 1 ? [bytes] : dossiers.map((dossier) => Buffer.from(dossier));
}

/** The words of the file, and which of the two it is. */
function textOf(bytes: Uint8Array): { text: string; encoding: HprimEncoding; isSante: boolean } {
  const { text, encoding } = decodeHprim(bytes);
  refuseNoLines(text);
  const clean = withoutControls(text.charCodeAt(0) === 0xfeff ? text.slice(1) : text);
  const start = clean.search(/\S/);
  const isSante = start >= 0 && SANTE.test(clean.slice(start, start + 8));
  return { text: isSante ? clean.slice(start) : clean, encoding, isSante };
}

/** The one report of a file, for a door that takes one report at a time. @throws Refusal the same, and when there are several */
export function readHprimReport(bytes: Uint8Array): LabReport {
  const [report, second] = readHprim(bytes);
  if (second) throw new Refusal('report.unreadable', 'the file holds several dossiers: send one file a dossier', { at: 'line 1' });
  return report!;
}

/** Some three hundred printed pages, in 2,500 results a dossier at most. */
const MAX_LINES = 20_000;
/** A line of text has eighty columns, a result some hundred characters; software that never breaks a paragraph, some thousand. */
const LONGEST_LINE = 20_000;

function refuseNoLines(text: string): void {
  let lines = 1;
  let from = 0;
  for (let i = 0; i <= text.length; i++) {
    const c = i === text.length ? LF : text.charCodeAt(i);
    if (c !== LF && c !== CR) continue;
    if (i - from > LONGEST_LINE)
      throw new Refusal('report.hostile', `a line of more than ${LONGEST_LINE} characters`, { at: `line ${lines}` });
    if (c === CR || i === from || text.charCodeAt(i - 1) !== CR) lines += 1;
    if (lines > MAX_LINES) throw new Refusal('report.hostile', `more than ${MAX_LINES} lines`, { at: `line ${MAX_LINES}` });
    from = i + 1;
  }
}

const [LF, CR] = [10, 13] as const;

/** A page break a page is a report; more are no text. */
const MAX_CONTROLS = 10_000;

/** Codes for printers and modems, which no text holds and XML forbids. */
function withoutControls(text: string): string {
  let from = 0;
  let found = 0;
  let clean = '';
  for (let i = 0; i < text.length; i++) {
    const c = text.charCodeAt(i);
    const isControl = (c < 32 && c !== 9 && c !== 10 && c !== 13) || c === 0x7f || (c >= 0xfffe && c <= 0xffff);
    if (!isControl && (c < 0xd800 || c > 0xdfff || text.codePointAt(i)! > 0xffff || isLowOfPair(text, i))) continue;
    if (++found > MAX_CONTROLS) throw new Refusal('report.unreadable', 'the bytes are not text', { at: 'line 1' });
    clean += `${text.slice(from, i)} `;
    from = i + 1;
  }
  return from === 0 ? text : clean + text.slice(from);
}

const isLowOfPair = (text: string, i: number) => i > 0 && text.codePointAt(i - 1)! > 0xffff;

const HEAD_BYTES = 4_096;

/** Whether bytes of unknown kind are HPRIM: a header of Santé, a mark of Médecin, or a date where its twelve lines have one. */
export function looksLikeHprim(bytes: Uint8Array): boolean {
  const isWide = bytes[0] === 0xff && bytes[1] === 0xfe;
  const head = isWide
    ? Buffer.from(bytes.subarray(2, HEAD_BYTES)).toString('utf16le')
    : Buffer.from(bytes.subarray(0, HEAD_BYTES)).toString('latin1');
  const text = head.replace(/^ï»¿/, '');
  if (SANTE.test(text.trimStart().slice(0, 8)) || /^\s*\*{4}(?:LAB|FIN|FINFICHIER)\*{4}\s*$/m.test(text)) return true;
  const lines = text.split(/\r\n|\n|\r/);
  return lines.length >= 12 && /^\s*\d{2}\/\d{2}\/\d{4}\s*$/.test(lines[6]!) && /^\s*\d{2}\/\d{2}\/\d{4}\s*$/.test(lines[9]!);
}
