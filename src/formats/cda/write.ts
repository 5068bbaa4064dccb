import { hash } from 'node:crypto';
import type { Item, LabReport, Section } from '../lab-report.ts';
import { completeReport } from './complete.ts';
import { narrate } from './narrate.ts';
import { LOINC, PDF_COPY_CODE } from './oids.ts';
import { isPdf, pdfCopyOf } from './read-parts.ts';
import { writeSection, type Writing } from './write-body.ts';
import { LABORATORY_LEVEL_1, LABORATORY_LEVEL_3, writeHeader, writeTail } from './write-header.ts';

export interface WriteOptions {
  /** The laboratory's own PDF, bytes or base64: it is the proof, and goes in byte for byte. Default: `report.pdf`. */
  pdf?: Uint8Array | string;
}

/**
 * Writes a report as a CR-BIO 2024.01: level 3, or level 1 (the PDF alone) when `report.format` is `cda-n1`.
 *
 * Sections without narrative get one made from their results; what the model wants and can be said without inventing is completed.
 * The caller's part: traits of the patient, FINESS of the custodian, who signs, what was performed, and the PDF that level 3 wants too.
 * `readCda` of the result gives `preparedReport(report, options)` back.
 * Sources: CI-SIS volume CR-BIO 2024.01, structuration minimale; order of elements from CDA R2's schema.
 */
export function writeCda(report: LabReport, options: WriteOptions = {}): string {
  const { report: ready, places } = prepare(report, options);
  if (ready.format === 'cda-n1') {
    const body = `<component><nonXMLBody><text mediaType="application/pdf" representation="B64">${ready.pdf?.base64 ?? ''}</text></nonXMLBody></component>`;
    return `${writeHeader(ready, LABORATORY_LEVEL_1)}${body}${writeTail(ready)}</ClinicalDocument>`;
  }
  const w: Writing = { places, newUuid: uuidsOf(report) };
  let xml = `${writeHeader(ready, LABORATORY_LEVEL_3)}<component><structuredBody>`;
  for (const section of ready.sections) xml += writeSection(w, section);
  return `${xml}</structuredBody></component>${writeTail(ready)}</ClinicalDocument>`;
}

/** The report as it is written: narratives made, PDF copy in its section. */
export const preparedReport = (report: LabReport, options: WriteOptions = {}): LabReport => prepare(report, options).report;

function prepare(given: LabReport, { pdf }: WriteOptions): { report: LabReport; places: Map<string, string> } {
  const report = completeReport(given);
  const base64 = pdf === undefined ? report.pdf?.base64 : typeof pdf === 'string' ? pdf : Buffer.from(pdf).toString('base64');
  if (report.format === 'cda-n1') {
    const { modelVersion: _, ...rest } = report;
    return { report: base64 === undefined ? rest : { ...rest, pdf: { base64 } }, places: new Map() };
  }
  const sections = base64 === undefined ? report.sections : withCopy(report, base64);
  const narrated = narrate({ ...report, format: 'cda-cr-bio', modelVersion: '2024.01', sections });
  const copy = pdfCopyOf(narrated.report.sections);
  if (copy) narrated.report.pdf = copy;
  return narrated;
}

/** The PDF in the section of copies: in the place of the copy that is there, since a report has one proof, or in a section of its own. */
function withCopy(report: LabReport, base64: string): Section[] {
  const held = pdfCopyOf(report.sections);
  if (held?.base64 === base64) return report.sections;
  if (!held) return [...report.sections, copySection(base64, report)];
  let isReplaced = false;
  const replaced = (item: Item): Item => {
    if (isReplaced || !isPdf(item)) return item;
    isReplaced = true;
    return { ...item, base64 };
  };
  return report.sections.map((section) => {
    if (section.kind !== 'pdf-copy' || isReplaced) return section;
    return { ...section, entries: section.entries.map((entry) => ({ ...entry, items: entry.items.map(replaced) })) };
  });
}

const COPY_REF = 'pdf-copy';

/** Section FR-Document-PDF-copie: its title is fixed to the letter. */
function copySection(base64: string, report: LabReport): Section {
  const nextUuid = uuidsOf(report, 'copy');
  const type = { code: PDF_COPY_CODE, display: 'Copie du document', system: LOINC, systemName: 'LOINC' };
  return {
    kind: 'pdf-copy',
    id: { root: nextUuid() },
    code: type,
    title: 'Copie du document',
    narrative: `<content ID="${COPY_REF}-text">Copie du document</content><renderMultiMedia referencedObject="${COPY_REF}"/>`,
    entries: [
      {
        isBare: true,
        status: 'completed',
        items: [
          {
            kind: 'attachment',
            id: { root: nextUuid() },
            status: 'completed',
            type: { ...type, originalText: 'Copie du document', ref: `${COPY_REF}-text` },
            ref: COPY_REF,
            mediaType: 'application/pdf',
            base64,
          },
        ],
      },
    ],
    sections: [],
  };
}

/** UUIDs drawn from the document's own identifier (RFC 9562 §5.8, version 8): writing has no chance in it. */
export function uuidsOf({ id }: Pick<LabReport, 'id'>, salt = ''): () => string {
  let hex: string | undefined;
  let n = 0;
  return () => {
    hex ??= hash('sha1', `${id.root}^${id.extension ?? ''}^${salt}`, 'hex').toUpperCase();
    n += 1;
    return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-A${hex.slice(17, 20)}-${hex.slice(20, 28)}${n.toString(16).toUpperCase().padStart(4, '0')}`;
  };
}
