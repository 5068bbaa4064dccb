import type { ItemReader } from '#access';
import { type DocumentSection, narrativeToHtml, readClinicalDocument } from '#formats';
import type { Sql } from '#kernel';
import type { DocumentItem, DocumentView } from './document-contract.ts';
import { originalOf } from './show-original.ts';
import { reportView } from './show-report.ts';
import { structuredOf } from './structured-lines.ts';

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
