import { type LabReport, type Section, narrativeToHtml, type Participant, readLabReport } from '#formats';
import type { ItemReader } from '#access';
import { resultsAt, resultsUrlOf } from '#directory';
import { Refusal, type Sql } from '#kernel';
import type { ReportView, StoredReport, StoredResult } from './contract.ts';
import { originalOf } from './show-original.ts';
import { compareVersions } from './version-number.ts';
import { personName } from './stored-report.ts';
import { lastTelling, type ReaderReports, type VisibleReport, visibleReport } from './visible-reports.ts';

/**
 * One report opened, as this reader may see it. The narrative is read again from the original: it is the legally readable content, kept once.
 * When a result is hidden from the reader, the narrative is written from those that are not: it cannot be cut.
 * @throws Refusal `request.not-found`
 */
export async function reportView(
  sql: Sql,
  homes: readonly string[],
  documentId: string,
  reader: ItemReader,
): Promise<Omit<ReportView, 'readings'>> {
  const visible = await visibleReport(sql, homes, documentId, reader);
  if (!visible) throw new Refusal('request.not-found', 'this patient has no such document');
  const { report: document, others, standing } = visible;
  const original = await originalOf(sql, homes, documentId, 'laboratory-report');
  const printed = readLabReport(original.bytes, original.mediaType);
  const head = JSON.parse(document.head) as StoredReport;
  const results = JSON.parse(document.results) as StoredResult[];
  const [told, template] = await Promise.all([lastTelling(sql, homes, documentId), resultsUrlOf(sql, document.structure)]);
  const isShownElsewhere = template !== undefined && !document.isPartial && !OWN.has(reader.standsAs);
  const family = others.filter(({ structure, setId }) => structure === document.structure && setId === document.setId);
  return {
    report: { ...head, ...standing.get(documentId)! },
    results,
    ...(document.isPartial ? partialReading(head, results) : wholeReading(printed)),
    authors: namesOf(printed.authors),
    validators: namesOf([...(printed.legalAuthenticator ? [printed.legalAuthenticator] : []), ...printed.validators]),
    versions: family.map((version) => versionView(version, standing)).toSorted((a, b) => compareVersions(b, a)),
    ...(told && { told }),
    mayTell: reader.standsAs === 'treating-doctor' || (reader.standsAs === 'linked' && reader.profession !== 'patient'),
    ...(isShownElsewhere && { atLaboratory: resultsAt(template, document.setId) }),
  };
}

/** They have the laboratory's own way to their results. */
const OWN: ReadonlySet<ItemReader['standsAs']> = new Set(['holder', 'representative']);

function versionView(version: Omit<VisibleReport, 'results'>, standing: ReaderReports['standing']): ReportView['versions'][number] {
  return {
    documentId: version.documentId,
    version: version.version,
    issuedAt: (JSON.parse(version.head) as StoredReport).issuedAt,
    isCurrent: standing.get(version.documentId)!.current,
  };
}

type Reading = Pick<ReportView, 'sections' | 'comments'>;

function wholeReading(printed: LabReport): Reading {
  return { sections: printed.sections.flatMap((section) => sectionViews(section, 0)), comments: commentsOf(printed) };
}

function partialReading({ chapters }: StoredReport, results: readonly StoredResult[]): Reading {
  const rows = results.map(({ label, text, unit, interval }) => {
    const range = interval?.text ?? [interval?.low, interval?.high].filter((bound) => bound !== undefined).join(' – ');
    return `<tr><td>${escapeHtml(label)}</td><td>${escapeHtml(`${text} ${unit ?? ''}`.trim())}</td><td>${escapeHtml(range)}</td></tr>`;
  });
  const html = `<table><tbody>${rows.join('')}</tbody></table>`;
  const comments = results.map(({ comment }) => comment).filter((comment) => comment !== undefined);
  return { sections: [{ title: chapters.join(', '), html, depth: 0 }], comments };
}

const ESCAPES: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };
const escapeHtml = (text: string) => text.replace(/[&<>"]/g, (char) => ESCAPES[char]!);

function sectionViews(section: Section, depth: number): ReportView['sections'] {
  // The PDF copy is offered as a file, not as a chapter.
  if (section.kind === 'pdf-copy') return [];
  const own = {
    title: section.title ?? section.code?.display ?? '',
    html: section.narrative ? narrativeToHtml(section.narrative) : '',
    depth,
  };
  return [own, ...section.sections.flatMap((inner) => sectionViews(inner, depth + 1))];
}

function namesOf(people: readonly Participant[]): string[] {
  const names = people.map(({ name, device }) => (name ? personName(name) : (device?.software ?? device?.model ?? '')));
  return [...new Set(names.filter(Boolean))];
}

function commentsOf(report: LabReport): string[] {
  const of = (section: Section): string[] => [
    ...section.entries.flatMap(({ comments }) => comments ?? []),
    ...section.sections.flatMap(of),
  ];
  return report.sections.flatMap(of);
}
