import { type ClinicalDocument, type DocumentSection, type LabReport, narrativeToText, resultsOf, type Section } from '#formats';
import { conclusionOf } from './conclusion.ts';
import { textOf as wordsOfValue, wordsOf as wordsOfCode } from './printed-results.ts';

/** The words by which a document is found. */
export interface Words {
  /** Titles and narratives, in their order; where nothing is narrated, what the results say. */
  said: string;
  /** Nothing is narrated and it holds a PDF, whose words are searched too: at once when nothing else is said, else when there is time. */
  file?: 'now' | 'later';
  /** What it concludes, of a document that is no report of biology. */
  conclusion?: string;
}

/** Characters of one document that are searched: a long stay makes some fifty thousand, a vector of words holds a megabyte. */
export const MOST_CHARACTERS = 200_000;

export function wordsOfReport(report: LabReport): Words {
  const told = report.sections.map(wordsOfSection).join('\n');
  if (report.sections.some((section) => section.kind !== 'comment' && isNarrated(section))) return { said: kept(told) };
  const results = wordsOfResults(report);
  return { said: kept([told, results].filter(Boolean).join('\n')), ...(report.pdf && { file: results === '' ? 'now' : 'later' }) };
}

export function wordsOfDocument({ sections, pdf }: ClinicalDocument): Words {
  const told = sections.map(wordsOfSection).join('\n');
  const conclusion = conclusionOf(sections)?.conclusion;
  return {
    said: kept(told),
    ...(pdf && !sections.some(isNarrated) && { file: 'now' }),
    ...(conclusion !== undefined && { conclusion: kept(conclusion) }),
  };
}

/** As the database keeps it: a NUL it refuses. */
export const kept = (text: string): string => text.replaceAll('\0', ' ').slice(0, MOST_CHARACTERS);

type AnySection = Section | DocumentSection;

const innerOf = ({ sections }: AnySection): readonly AnySection[] => sections;

const isNarrated = (section: AnySection): boolean => section.narrative !== undefined || innerOf(section).some(isNarrated);

function wordsOfSection(section: AnySection): string {
  const { title = '', narrative } = section;
  const own = narrative === undefined ? '' : narrativeToText(narrative);
  return [title, own, ...innerOf(section).map(wordsOfSection)].filter(Boolean).join('\n');
}

/** Each result as one would say it: its battery once, its name, value and unit, its organism, its comments. */
function wordsOfResults(report: LabReport): string {
  const lines: string[] = [];
  let group: unknown;
  for (const { result, battery, isolate } of resultsOf(report)) {
    const own = isolate ?? battery;
    if (own && own !== group)
      lines.push([battery?.code && wordsOfCode(battery.code), isolate && wordsOfCode(isolate.organism)].filter(Boolean).join(' '));
    group = own;
    const unit = result.value && 'unit' in result.value ? result.value.unit : undefined;
    lines.push([wordsOfCode(result.code), wordsOfValue(result.value), unit, ...(result.comments ?? [])].filter(Boolean).join(' '));
  }
  return lines.join('\n');
}
