import type { ItemReader } from '#access';
import {
  type ClinicalDocument,
  type Coded,
  contentOf,
  type DocumentSection,
  narrativeToHtml,
  readClinicalDocument,
  treatmentChanges,
} from '#formats';
import type { Sql } from '#kernel';
import type { DocumentItem, DocumentView, StructuredKind } from './document-contract.ts';
import { originalOf } from './show-original.ts';
import { reportView } from './show-report.ts';

type Reading = Pick<DocumentView, 'sections' | 'structured'>;

/**
 * What a document says, safe to show: its headings as the sender wrote them, and its coded entries as short lines. Read again from the
 * original, which is kept once. A document that is one file has no headings here.
 */
export async function readingOf(sql: Sql, homes: readonly string[], item: DocumentItem, reader: ItemReader): Promise<Reading> {
  if (item.kind === 'laboratory-report') {
    const { sections } = await reportView(sql, homes, item.documentId, reader);
    return { sections, structured: [] };
  }
  const { bytes, mediaType } = await originalOf(sql, homes, item.documentId, item.kind);
  if (!/xml/i.test(mediaType)) return { sections: [], structured: [] };
  const document = readClinicalDocument(bytes, mediaType);
  return { sections: document.sections.flatMap((section) => headingsOf(section, 0)), structured: structuredOf(document) };
}

/** LOINC of the heading that holds the copy as a PDF. */
const PDF_COPY = '55108-5';

function headingsOf(section: DocumentSection, depth: number): Reading['sections'] {
  // The copy as a PDF is offered as a file, not as a heading.
  if (section.code?.code === PDF_COPY) return [];
  const { title, code, narrative } = section;
  const own = { title: title ?? code?.display ?? '', html: narrative === undefined ? '' : narrativeToHtml(narrative), depth };
  return [own, ...section.sections.flatMap((inner) => headingsOf(inner, depth + 1))];
}

/** Longest list of one kind: beyond it the headings are what is read. */
const MOST_LINES = 60;

function structuredOf(document: ClinicalDocument): Reading['structured'] {
  const isLetter = document.code.code === DISCHARGE_LETTER;
  const { treatments, vaccinations, allergies, problems, procedures, plannedCare, devices } = contentOf(document);
  const lists = {
    ...(isLetter ? changesOf(document) : { treatments: treatments.map(nameOf) }),
    vaccinations: vaccinations.map(nameOf),
    allergies: allergies.map(({ agentName, agent, words }) => agentName ?? wordsOf(agent) ?? words),
    problems: problems.map(({ code, words }) => wordsOf(code) ?? words),
    procedures: procedures.map(({ code, words }) => wordsOf(code) ?? words),
    // What has to be done is told by its own words: its code may say no more than « visit ».
    plannedCare: plannedCare.map(({ code, words }) => words ?? wordsOf(code)),
    devices: devices.map(({ code, words }) => wordsOf(code) ?? words),
  };
  return Object.entries(lists).flatMap(([kind, lines]) => {
    const said = [...new Set(lines.filter((line) => line !== undefined && line.trim() !== ''))].slice(0, MOST_LINES) as string[];
    return said.length === 0 ? [] : [{ kind: kind as StructuredKind, lines: said }];
  });
}

/** LOINC of the letter that tells what became of each treatment. */
const DISCHARGE_LETTER = '11490-0';

const nameOf = ({ name, product, words }: { name?: string; product?: Coded; words?: string }) => name ?? wordsOf(product) ?? words;

/** Started, changed, stopped, kept, each with why; a treatment of which the letter does not tell is listed as such. */
function changesOf(document: ClinicalDocument): Partial<Record<StructuredKind, (string | undefined)[]>> {
  const told = treatmentChanges(document).map(({ change, treatment, reasons }) => ({
    kind: change === 'unsaid' ? ('treatments' as const) : (`treatments-${change}` as const),
    line: [nameOf(treatment), ...reasons].filter(Boolean).join(' — '),
  }));
  const order = ['treatments-started', 'treatments-changed', 'treatments-stopped', 'treatments-continued', 'treatments'] as const;
  return Object.fromEntries(order.map((kind) => [kind, told.filter((one) => one.kind === kind).map(({ line }) => line)]));
}

function wordsOf(code: { display?: string; originalText?: string } | undefined): string | undefined {
  return code?.display ?? code?.originalText;
}
