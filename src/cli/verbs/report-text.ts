/** A report as a terminal shows it: whose it is, where it comes from, then a line a result. */
import type { LabReport } from '#formats';
import { readHl7Time } from '#kernel';
import type { StoredResult } from '#record';

/** Lines of text. `zone`: where hours without an offset are meant, and in which hours are told. */
export function reportAsText(report: LabReport, results: readonly StoredResult[], zone: string): string[] {
  const head = headOf(report, zone);
  const width = Math.max(...head.map(([title]) => title.length));
  const told = head.map(([title, words]) => `${title.padEnd(width)}  ${oneLine(words)}`.trimEnd());
  return [...told, '', ...(results.length > 0 ? asTable(results, zone) : ['No structured result: the report is in its PDF.'])];
}

function headOf(report: LabReport, zone: string): [title: string, words: string][] {
  const { patient, custodian, version, replaces, pdf, modelVersion } = report;
  const born = patient.birthDate && clock(readHl7Time(patient.birthDate, zone), zone);
  const name = [patient.birthFamily ?? patient.usedFamily, patient.birthGivens ?? patient.firstBirthGiven].filter(Boolean).join(' ');
  const ids = patient.ids.map(({ root, extension }) => (extension ? `${extension} (${root})` : root));
  const laboratory = [custodian.name, ...custodian.ids.map(({ extension, root }) => extension ?? root)].filter(Boolean);
  const replaced = replaces.map(({ root, extension }) => [root, extension].filter(Boolean).join('^'));
  return [
    ['Report', `${report.title} (${[report.format, modelVersion].filter(Boolean).join(' ')})`],
    ['Patient', [name, born && `born ${born}`, patient.sex].filter(Boolean).join(', ')],
    ['Known as', ids.join(', ')],
    ['Laboratory', laboratory.join(', ')],
    ['Made', clock(readHl7Time(report.createdAt, zone), zone)],
    ['Version', `${version}${replaced.length > 0 ? `, replaces ${replaced.join(', ')}` : ''}`],
    ['PDF', pdf ? `${Math.ceil((pdf.base64.length * 3) / 4 / 1024)} kB` : 'none'],
  ];
}

function asTable(results: readonly StoredResult[], zone: string): string[] {
  const rows = results.map(({ label, isolate, text, unit, interval, flag, interpretation, at, atPrecision, loinc, local }) => {
    const range = interval?.text ?? [interval?.low ?? '', interval?.high ?? ''].join(' – ');
    const sampled = at === undefined ? '' : clock({ epochMs: Date.parse(at), precision: atPrecision ?? 'second' }, zone);
    const what = isolate === undefined ? label : `${label} (${isolate})`;
    return [
      what,
      [text, unit].filter(Boolean).join(' '),
      range === ' – ' ? '' : range,
      flag ?? interpretation ?? '',
      sampled,
      loinc ?? local ?? '',
    ];
  });
  const titles = ['Result', 'Value', 'Interval', 'Flag', 'Sampled', 'Code'];
  const widths = titles.map((title, i) => Math.min(48, Math.max(title.length, ...rows.map((row) => row[i]!.length))));
  return [titles, ...rows].map((row) =>
    row
      .map((cell, i) => oneLine(cell).padEnd(widths[i]!))
      .join('  ')
      .trimEnd(),
  );
}

const oneLine = (text: string) => text.replaceAll(/\s+/g, ' ');

/** How many characters of `2026-11-22 07:42:10` each precision fills. */
const SHOWN = { year: 4, month: 7, day: 10, minute: 16, second: 19 };

/** On the region's clock, no finer than what was printed: a day alone is that day, never the hour before its midnight. */
function clock(time: { epochMs: number; precision: keyof typeof SHOWN } | undefined, zone: string): string {
  if (!time) return '';
  const wall = new Date(time.epochMs).toLocaleString('sv-SE', { timeZone: zone });
  return wall.slice(0, SHOWN[time.precision]);
}
