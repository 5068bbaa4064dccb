import { narrativeToText } from './cda/narrative-html.ts';
import type { Item, LabReport, Result, Section } from './lab-report.ts';
import { printReference, printTime, printValue } from './print-value.ts';
import { resultsOf } from './results-of.ts';

/** One line: no end of line in it. */
const line = (text: string | undefined): string => (text ?? '').replace(/\s+/g, ' ').trim();

/** Columns of the printed report, in characters: eighty in all, as printers had. */
const [LABEL, VALUE, UNIT] = [34, 14, 12];

/** The report as text: what the laboratory wrote when it is text, else a title a section and one line a result, comments with them. */
export const printReport = (report: LabReport): string[] =>
  report.sections.flatMap((section) => (report.format === 'hprim' ? receivedText(section) : printSection(section, report)));

const receivedText = ({ kind, title, narrative }: Section): string[] => [
  ...(kind === 'comment' ? [line(title)] : []),
  ...(narrative === undefined ? [] : narrativeToText(narrative).replaceAll('\u00a0', ' ').split('\n')),
];

function printSection(section: Section, report: LabReport): string[] {
  if (section.kind === 'pdf-copy') return [];
  const lines = ['', line(section.title ?? section.code?.display).toUpperCase()];
  if (section.entries.length === 0 && section.narrative !== undefined) lines.push(...narrativeToText(section.narrative).split('\n'));
  let group = '';
  for (const { result, battery, isolate } of resultsOf({ ...report, sections: [{ ...section, sections: [] }] })) {
    const title = [isolate?.organism, battery?.code]
      .map((coded) => line(coded?.originalText ?? coded?.display))
      .filter(Boolean)
      .join(' - ');
    if (title !== group && title !== '') lines.push(title);
    group = title;
    lines.push(...printedResult(result));
  }
  for (const entry of section.entries) lines.push(...printComments(entry), ...entry.items.flatMap(commentsWithin));
  return [...lines, ...section.sections.flatMap((inner) => printSection(inner, report))];
}

const printComments = ({ comments }: { comments?: string[] }): string[] =>
  (comments ?? []).flatMap((comment) => comment.split('\n').map((words) => `    ${words}`));

/** Comments of batteries and isolates; those of results stand with them. */
const commentsWithin = (item: Item): string[] =>
  item.kind === 'battery' || item.kind === 'isolate' ? [...printComments(item), ...item.items.flatMap(commentsWithin)] : [];

function printedResult(result: Result): string[] {
  const { text, unit } = printValue(result.value);
  const flag = result.interpretations?.some((code) => /^(?:H|L|HH|LL|A|AA|HX|LX)$/.test(code)) ? '*' : ' ';
  const reference = printReference(result.reference);
  const first = `${printedLabel(result).slice(0, LABEL).padEnd(LABEL)}${line(text).padStart(VALUE)} ${flag}${line(unit).padEnd(UNIT)}${line(reference)}`;
  const previous = (result.previous ?? []).map(
    ({ at, value }) => `    ${printTime(at)} : ${[printValue(value).text, printValue(value).unit].filter(Boolean).join(' ')}`,
  );
  return [first.trimEnd(), ...previous, ...printComments(result)];
}

/** The words of an analyte on paper. */
export function printedLabel({ code }: Result): string {
  const own = code.translations?.[0];
  return line(code.originalText ?? code.display ?? own?.display ?? code.code ?? own?.code);
}
