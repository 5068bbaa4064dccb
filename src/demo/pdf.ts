import { type LabReport, printReference, printTime, printValue, type ResultPlace, resultsOf } from '#formats';

/**
 * The laboratory's own page, as small a PDF 1.4 as a reader opens: one page, Helvetica and its bold (standard fonts, never embedded),
 * WinAnsi text. `tinyPdf` names the report (about 1 KB); `pagePdf` prints the identity and the table of results.
 */

type Font = 'regular' | 'bold';

/** Points from the left edge: analyte, value, interval, previous value. */
const COLUMNS = [56, 268, 372, 452] as const;
const TOP = 690;
const BOTTOM = 58;
const LEADING = 12;

export function tinyPdf(report: LabReport): Buffer {
  return assemble([...head(report), text(56, 690, 10, 'Copie du document. Les résultats sont dans les données structurées.')].join('\n'));
}

export function pagePdf(report: LabReport): Buffer {
  const titles = ['Analyse', 'Résultat', 'Intervalle', 'Antériorité'].map((title, i) => text(COLUMNS[i]!, 706, 8, title));
  const drawn = [...head(report), ...titles, rule(702)];
  let y = TOP;
  let chapter: string | undefined;
  let unprinted = 0;
  for (const place of resultsOf(report)) {
    const title = place.chapter.title;
    const room = y - (title === chapter ? 0 : 1.5 * LEADING);
    if (room < BOTTOM) {
      unprinted++;
      continue;
    }
    if (title !== chapter) {
      drawn.push(text(56, y - 4, 9, title ?? '', 'bold'));
      chapter = title;
      y -= 1.5 * LEADING;
    }
    drawn.push(...row(place, y));
    y -= LEADING;
  }
  if (unprinted > 0) drawn.push(text(56, BOTTOM - 14, 8, `et ${unprinted} autres résultats, voir les données structurées`));
  return assemble(drawn.join('\n'));
}

function head({ patient, custodian, createdAt, title, version, events, legalAuthenticator, participants }: LabReport): string[] {
  const ins = patient.ids.find(({ root }) => root.startsWith('1.2.250.1.213.1.4.'))?.extension ?? 'non transmis';
  const asked = participants.find(({ type }) => type === 'REF')?.name;
  const name = (person: { given?: string; family?: string } | undefined) => `${person?.given ?? ''} ${person?.family ?? ''}`.trim();
  const main = events[0];
  return [
    text(56, 790, 14, custodian.name ?? '', 'bold'),
    text(
      56,
      774,
      9,
      `${title}${version > 1 ? `, version ${version}` : ''} · édité le ${printTime(createdAt)} · demande ${main?.ids?.[0]?.extension ?? ''}`,
    ),
    text(56, 754, 11, `${patient.birthFamily ?? ''} ${patient.birthGivens ?? ''}`, 'bold'),
    text(
      56,
      741,
      9,
      `Sexe ${patient.sex ?? ''} · naissance ${printTime(patient.birthDate ?? '')} · INS de test ${ins} · personne inventée`,
    ),
    text(
      56,
      728,
      9,
      `Prélèvement ${printTime(main?.start ?? '')} · prescrit par ${name(asked)} · validé par ${name(legalAuthenticator?.name)}`,
    ),
    rule(720),
  ];
}

function row({ result }: ResultPlace, y: number): string[] {
  const { value, reference, status, code, interpretations, previous } = result;
  const { text: printed, unit } = printValue(value);
  const flags = interpretations?.length ? ` (${interpretations.join(', ')})` : '';
  const shown = status === 'aborted' ? 'non fait' : value?.type === 'absent' ? 'en cours' : `${printed} ${unit}${flags}`;
  const before = previous?.[0];
  return [
    text(COLUMNS[0], y, 9, code.originalText ?? code.display ?? ''),
    text(COLUMNS[1], y, 9, shown, flags ? 'bold' : 'regular'),
    text(COLUMNS[2], y, 9, printReference(reference)),
    ...(before ? [text(COLUMNS[3], y, 8, `${printValue(before.value).text} (${printTime(before.at).slice(0, 10)})`)] : []),
  ];
}

/** One line of text at (x, y) points from the lower left corner. */
function text(x: number, y: number, size: number, words: string, font: Font = 'regular'): string {
  return `BT /${font === 'bold' ? 'F2' : 'F1'} ${size} Tf ${x} ${y} Td (${winAnsi(words)}) Tj ET`;
}

/** A hair line across the page. */
const rule = (y: number) => `0.4 w 56 ${y} m 539 ${y} l S`;

/** Letters of French in WinAnsi are those of ISO 8859-1, but œ and a few signs; anything else is shown as `?`. PDF 1.4, 3.2.3. */
function winAnsi(words: string): string {
  return words
    .replaceAll(/[\\()]/g, (sign) => `\\${sign}`)
    .replaceAll('œ', '\x9c')
    .replaceAll('’', '\x92')
    .replaceAll('≤', '<=')
    .replaceAll('≥', '>=')
    .replaceAll('μ', 'µ')
    .replaceAll(/[^\x20-\x7e\x92\x9c\xa0-\xff]/g, '?');
}

const font = (n: number, name: string) => `${n} 0 obj\n<</Type/Font/Subtype/Type1/BaseFont/${name}/Encoding/WinAnsiEncoding>>\nendobj\n`;

const OBJECTS = [
  '1 0 obj\n<</Type/Catalog/Pages 2 0 R>>\nendobj\n',
  '2 0 obj\n<</Type/Pages/Kids[3 0 R]/Count 1>>\nendobj\n',
  '3 0 obj\n<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Resources<</Font<</F1 4 0 R/F2 5 0 R>>>>/Contents 6 0 R>>\nendobj\n',
  font(4, 'Helvetica'),
  font(5, 'Helvetica-Bold'),
];
const HEADER = '%PDF-1.4\n%\xe2\xe3\xcf\xd3\n';
const BEFORE_CONTENT = HEADER + OBJECTS.join('');

/** Offsets of the fixed objects: they never change, since only the last object does. */
const OFFSETS = OBJECTS.map((_, i) => HEADER.length + OBJECTS.slice(0, i).join('').length);

function assemble(content: string): Buffer {
  const last = `6 0 obj\n<</Length ${content.length}>>\nstream\n${content}\nendstream\nendobj\n`;
  const table = [...OFFSETS, BEFORE_CONTENT.length].map((offset) => `${String(offset).padStart(10, '0')} 00000 n \n`).join('');
  const xrefAt = BEFORE_CONTENT.length + last.length;
  const trailer = `xref\n0 7\n0000000000 65535 f \n${table}trailer\n<</Size 7/Root 1 0 R>>\nstartxref\n${xrefAt}\n%%EOF\n`;
  return Buffer.from(BEFORE_CONTENT + last + trailer, 'latin1');
}
