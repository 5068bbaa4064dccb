import { type LabReport, type Section, narrativeToHtml, type Participant, readLabReport } from '#formats';
import { Refusal, type Sql } from '#kernel';
import type { ReportView, StoredReport, StoredResult } from './contract.ts';
import { originalOf } from './show-original.ts';
import { findReport, headsOf } from './store.ts';
import { personName } from './stored-report.ts';
import { standings } from './versions.ts';

/**
 * One report opened. The narrative is read again from the original: it is the legally readable content, kept once.
 * @throws Refusal `request.not-found`
 */
export async function reportView(sql: Sql, homes: readonly string[], documentId: string): Promise<ReportView> {
  const document = await findReport(sql, homes, documentId);
  if (!document) throw new Refusal('request.not-found', 'this patient has no such document');
  const heads = await headsOf(sql, homes);
  const original = await originalOf(sql, homes, documentId, 'laboratory-report');
  const printed = readLabReport(original.bytes, original.mediaType);
  const standing = standings(heads);
  const head = JSON.parse(document.head) as StoredReport;
  const family = heads.filter(({ structure, setId }) => structure === document.structure && setId === document.setId);
  return {
    report: { ...head, ...standing.get(documentId)! },
    results: JSON.parse(document.results) as StoredResult[],
    sections: printed.sections.flatMap((section) => sectionViews(section, 0)),
    authors: namesOf(printed.authors),
    validators: namesOf([...(printed.legalAuthenticator ? [printed.legalAuthenticator] : []), ...printed.validators]),
    comments: commentsOf(printed),
    versions: family
      .map((version) => ({
        documentId: version.documentId,
        version: version.version,
        issuedAt: (JSON.parse(version.head) as StoredReport).issuedAt,
        isCurrent: standing.get(version.documentId)!.current,
      }))
      .toSorted((a, b) => b.version - a.version),
  };
}

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
