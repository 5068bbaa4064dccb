import { type LabReport, type ResultPlace, resultsOf } from '#formats';

/**
 * The laboratory's own page, as small a PDF 1.4 as a reader opens: one page, Helvetica (a standard font, never embedded), WinAnsi text.
 * `tiny` names the report (under 1 KB); `page` prints the identity and the table of results.
 */

const A4 = '595 842';
/** Lines of results that fit on the page, 12 points apart. */
const MOST_LINES = 52;

export function tinyPdf(report: LabReport): Buffer {
  return assemble(stream([...head(report), line(56, 700, 10, 'Copie du document. Les résultats sont dans les données structurées.')]));
}

export function pagePdf(report: LabReport): Buffer {
  const rows = [...resultsOf(report)].map(rowOf);
  const shown = rows.slice(0, MOST_LINES);
  const body = shown.flatMap(([label, value, interval], i) => {
    const y = 690 - 12 * i;
    return [line(56, y, 9, label), line(300, y, 9, value), line(430, y, 9, interval)];
  });
  const rest =
    rows.length > MOST_LINES ? [line(56, 60, 8, `et ${rows.length - MOST_LINES} autres résultats, voir les données structurées`)] : [];
  const titles = [line(56, 704, 9, 'Analyse'), line(300, 704, 9, 'Résultat'), line(430, 704, 9, 'Intervalle')];
  return assemble(stream([...head(report), ...titles, ...body, ...rest]));
}

function head({ patient, custodian, createdAt, title, version, events, legalAuthenticator }: LabReport): string[] {
  const birth = patient.birthDate ?? '';
  const born = birth.length === 8 ? `${birth.slice(6)}/${birth.slice(4, 6)}/${birth.slice(0, 4)}` : birth;
  const ins = patient.ids.find(({ root }) => root.startsWith('1.2.250.1.213.1.4.'))?.extension ?? 'non transmis';
  const signed = legalAuthenticator?.name;
  const day = `${createdAt.slice(6, 8)}/${createdAt.slice(4, 6)}/${createdAt.slice(0, 4)}`;
  return [
    line(56, 790, 14, `${custodian.name ?? ''}`),
    line(
      56,
      772,
      10,
      `${title}${version > 1 ? `, version ${version}` : ''}, édité le ${day}, demande ${events[0]?.ids?.[0]?.extension ?? ''}`,
    ),
    line(56, 752, 11, `${patient.birthFamily ?? ''} ${patient.birthGivens ?? ''} (${patient.sex ?? ''}), naissance ${born}`),
    line(56, 738, 9, `INS de test : ${ins}. Démonstration : personne inventée.`),
    line(56, 724, 9, `Validé par ${signed?.given ?? ''} ${signed?.family ?? ''}`),
  ];
}

function rowOf({ result }: ResultPlace): [string, string, string] {
  const { value, reference, status, code, interpretations } = result;
  const unit = value?.type === 'quantity' && value.unit ? ` ${value.unit}` : '';
  const flag = interpretations?.length ? ` (${interpretations.join(', ')})` : '';
  const printed = status === 'aborted' ? 'non fait' : `${textOf(value).replace('.', ',')}${unit}${flag}`;
  const [low, high] = [reference?.low?.value.replace('.', ','), reference?.high?.value.replace('.', ',')];
  const interval = low && high ? `${low} - ${high}` : low ? `> ${low}` : high ? `< ${high}` : '';
  return [code.originalText ?? code.display ?? '', printed, interval];
}

function textOf(value: ResultPlace['result']['value']): string {
  if (value?.type === 'quantity') return value.value;
  if (value?.type === 'text') return value.text;
  if (value?.type === 'range' && value.high) return `${value.high.inclusive ? '≤' : '<'} ${value.high.value} ${value.high.unit ?? ''}`;
  if (value?.type === 'range' && value.low) return `> ${value.low.value} ${value.low.unit ?? ''}`;
  return value?.type === 'absent' ? 'en cours' : '';
}

/** One line of text at (x, y) points from the lower left corner. */
function line(x: number, y: number, size: number, text: string): string {
  return `BT /F1 ${size} Tf ${x} ${y} Td (${winAnsi(text)}) Tj ET`;
}

/** Letters of French in WinAnsi are those of ISO 8859-1, but œ and a few signs; anything else is shown as `?`. PDF 1.4, 3.2.3. */
function winAnsi(text: string): string {
  return text
    .replaceAll(/[\\()]/g, (sign) => `\\${sign}`)
    .replaceAll('œ', '\x9c')
    .replaceAll('’', "'")
    .replaceAll('≤', '<=')
    .replaceAll('≥', '>=')
    .replaceAll('μ', 'µ')
    .replaceAll(/[^\x20-\x7e\x9c\xa0-\xff]/g, '?');
}

const stream = (lines: readonly string[]) => lines.join('\n');

const OBJECTS = [
  '1 0 obj\n<</Type/Catalog/Pages 2 0 R>>\nendobj\n',
  '2 0 obj\n<</Type/Pages/Kids[3 0 R]/Count 1>>\nendobj\n',
  `3 0 obj\n<</Type/Page/Parent 2 0 R/MediaBox[0 0 ${A4}]/Resources<</Font<</F1 4 0 R>>>>/Contents 5 0 R>>\nendobj\n`,
  '4 0 obj\n<</Type/Font/Subtype/Type1/BaseFont/Helvetica/Encoding/WinAnsiEncoding>>\nendobj\n',
];
const HEADER = '%PDF-1.4\n%\xe2\xe3\xcf\xd3\n';
const BEFORE_CONTENT = HEADER + OBJECTS.join('');

/** Offsets of the fixed objects: they never change, since only the last object does. */
const OFFSETS = OBJECTS.map((_, i) => HEADER.length + OBJECTS.slice(0, i).join('').length);

function assemble(content: string): Buffer {
  const last = `5 0 obj\n<</Length ${content.length}>>\nstream\n${content}\nendstream\nendobj\n`;
  const table = [...OFFSETS, BEFORE_CONTENT.length].map((offset) => `${String(offset).padStart(10, '0')} 00000 n \n`).join('');
  const xrefAt = BEFORE_CONTENT.length + last.length;
  const trailer = `xref\n0 6\n0000000000 65535 f \n${table}trailer\n<</Size 6/Root 1 0 R>>\nstartxref\n${xrefAt}\n%%EOF\n`;
  return Buffer.from(BEFORE_CONTENT + last + trailer, 'latin1');
}
