import { attribute, child, children, decodeXml, keyOf, localName, NONE, Refusal, type RefusalCode, scanXml, type XmlTape } from '#kernel';
import type { Item, LabReport } from '../lab-report.ts';
import { REPORT_CODE, TEMPLATE } from './oids.ts';
import { readSections } from './read-body.ts';
import { readHeader } from './read-header.ts';
import { pdfCopyOf } from './read-parts.ts';
import { newReading, type Reading, warn, words } from './reading.ts';
import { readBase64 } from './read-values.ts';
import { CDA_VOCABULARY, V } from './vocabulary.ts';

/**
 * Reads a French laboratory report in CDA R2: CR-BIO of any version, level 3 (structured) or level 1 (a PDF), also when an
 * xsl:stylesheet wraps the document (« auto-présentable »), whose templates are never run.
 *
 * @throws Refusal `report.hostile`, `report.unreadable`, `report.not-a-lab-report`, `report.identity-incomplete`
 */
export function readCda(bytes: Uint8Array, contentType?: string): LabReport {
  return readCdaText(decodeXml(bytes, contentType));
}

/** The same, from characters. */
export function readCdaText(source: string): LabReport {
  const tape = scanXml(source, CDA_VOCABULARY);
  const document = findDocument(tape);
  const r = newReading(tape);
  refuseOtherDocuments(tape, document);
  const templates = children(tape, document, V.templateId);
  const roots = templates.map((n) => attribute(tape, n, V.root));
  const component = child(tape, document, V.component);
  const plain = child(tape, component, V.nonXMLBody);
  if (!roots.includes(TEMPLATE.xdLab) && !roots.includes(TEMPLATE.unstructured)) {
    warn(r, 'header.template', document, 'the document claims neither the structured laboratory report nor the unstructured one');
  }
  const header = readHeader(r, document);
  const report: LabReport = { format: plain === NONE ? 'cda-cr-bio' : 'cda-n1', ...header, sections: [], warnings: r.warnings };
  const version = attribute(tape, templates.find((n) => attribute(tape, n, V.root) === TEMPLATE.crBio) ?? NONE, V.extension);
  if (version) report.modelVersion = version;
  if (plain === NONE) readStructured(r, component, report);
  else readPlain(r, plain, report);
  return report;
}

/** The ClinicalDocument, at the root or inside the stylesheet that presents it. */
export function findDocument(tape: XmlTape, otherwise: RefusalCode = 'report.not-a-lab-report'): number {
  for (let n = 0; n < tape.count; n++) if (keyOf(tape, n) === V.ClinicalDocument) return n;
  throw new Refusal(otherwise, `the root element is ${localName(tape, 0).slice(0, 60)}, and no CDA document is inside`, {
    at: `/${localName(tape, 0).slice(0, 60)}`,
  });
}

function refuseOtherDocuments(tape: XmlTape, document: number): void {
  const code = attribute(tape, child(tape, document, V.code), V.code);
  if (code === REPORT_CODE) return;
  throw new Refusal('report.not-a-lab-report', `the code of the document is ${code?.slice(0, 40) ?? 'absent'}, not ${REPORT_CODE}`, {
    at: '/ClinicalDocument/code',
  });
}

function readStructured(r: Reading, component: number, report: LabReport): void {
  const body = child(r.tape, component, V.structuredBody);
  if (body === NONE) throw new Refusal('report.unreadable', 'the document has no body', { at: '/ClinicalDocument/component' });
  report.sections = readSections(r, body);
  const copy = pdfCopyOf(report.sections);
  if (copy) report.pdf = copy;
}

/** Level 1: the whole body is one file. Another type than PDF is kept as an attachment of a section of its own. */
function readPlain(r: Reading, body: number, report: LabReport): void {
  const text = child(r.tape, body, V.text);
  if (text === NONE) throw new Refusal('report.unreadable', 'the body has no content', { at: '/ClinicalDocument/component/nonXMLBody' });
  const mediaType = attribute(r.tape, text, V.mediaType) ?? 'text/plain';
  const isBase64 = attribute(r.tape, text, V.representation) === 'B64';
  const base64 = isBase64 ? readBase64(r, text) : Buffer.from(words(r, text) ?? '').toString('base64');
  if (mediaType === 'application/pdf') {
    report.pdf = { base64 };
    return;
  }
  const item: Item = { kind: 'attachment', mediaType, base64 };
  report.sections = [{ kind: 'other', entries: [{ isBare: true, status: 'completed', items: [item] }], sections: [] }];
}
