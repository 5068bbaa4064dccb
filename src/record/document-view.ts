import type { ItemReader } from '#access';
import { type ClinicalDocument, contentOf, type DocumentSection, narrativeToHtml, readClinicalDocument } from '#formats';
import type { Sql } from '#kernel';
import type { DocumentItem, DocumentView } from './document-contract.ts';
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
  const { treatments, vaccinations, allergies, problems, procedures, plannedCare, devices } = contentOf(document);
  const lists = {
    treatments: treatments.map(({ name, product, words }) => name ?? wordsOf(product) ?? words),
    vaccinations: vaccinations.map(({ name, product, words }) => name ?? wordsOf(product) ?? words),
    allergies: allergies.map(({ agentName, agent, words }) => agentName ?? wordsOf(agent) ?? words),
    problems: problems.map(({ code, words }) => wordsOf(code) ?? words),
    procedures: procedures.map(({ code, words }) => wordsOf(code) ?? words),
    plannedCare: plannedCare.map(({ code, words }) => wordsOf(code) ?? words),
    devices: devices.map(({ code, words }) => wordsOf(code) ?? words),
  };
  return Object.entries(lists).flatMap(([kind, lines]) => {
    const said = [...new Set(lines.filter((line) => line !== undefined && line.trim() !== ''))].slice(0, MOST_LINES) as string[];
    return said.length === 0 ? [] : [{ kind: kind as keyof typeof lists, lines: said }];
  });
}

function wordsOf(code: { display?: string; originalText?: string } | undefined): string | undefined {
  return code?.display ?? code?.originalText;
}
