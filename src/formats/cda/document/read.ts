import { attribute, child, children, decodeXml, innerSource, NONE, Refusal, scanXml } from '#kernel';
import type { ClinicalDocument, DocumentSection, Media, Statement } from '../../clinical-document.ts';
import { kindOfDocument } from '../../document-kinds.ts';
import type { Participant } from '../../lab-report.ts';
import { PDF_COPY_CODE } from '../oids.ts';
import { findDocument } from '../read.ts';
import { readHeader } from '../read-header.ts';
import { attr, newReading, type Reading, warn, words } from '../reading.ts';
import { readBase64, readCoded, readIdentifier } from '../read-values.ts';
import { CDA_VOCABULARY, V } from '../vocabulary.ts';
import { readTemplates } from './read-product.ts';
import { readPerson, readStatementIn } from './read-statement.ts';

const PDF = 'application/pdf';

/**
 * Reads any CDA R2 document of the region, structured (level 3) or one file (level 1), also inside the stylesheet that presents
 * it: header, headings with their narrative, every coded entry.
 *
 * @throws Refusal `report.hostile`, `report.unreadable`, `report.identity-incomplete`, `report.not-a-document`
 */
export function readClinicalDocument(bytes: Uint8Array, contentType?: string): ClinicalDocument {
  return readClinicalText(decodeXml(bytes, contentType));
}

/** The same, from characters. */
export function readClinicalText(source: string): ClinicalDocument {
  const tape = scanXml(source, CDA_VOCABULARY);
  const d = findDocument(tape, 'report.not-a-document');
  const r = newReading(tape);
  const header = readHeader(r, d);
  const templates = readTemplates(r, d);
  const document: ClinicalDocument = {
    format: 'cda-n3',
    kind: kindOfDocument(header.code.code),
    templates,
    ...header,
    sections: [],
    warnings: r.warnings,
  };
  const version = templates.at(-1)?.extension;
  if (version !== undefined) document.modelVersion = version;
  takeBody(r, child(tape, d, V.component), document);
  return document;
}

function takeBody(r: Reading, component: number, document: ClinicalDocument): void {
  const plain = child(r.tape, component, V.nonXMLBody);
  const structured = child(r.tape, component, V.structuredBody);
  if (plain === NONE && structured === NONE) {
    throw new Refusal('report.unreadable', 'the document has no body', { at: '/ClinicalDocument/component' });
  }
  if (plain !== NONE) {
    document.format = 'cda-n1';
    document.body = readPlain(r, plain);
    if (document.body.mediaType === PDF) document.pdf = { base64: document.body.base64 };
    return;
  }
  document.sections = readSections(r, structured);
  const copy = pdfCopyIn(document.sections);
  if (copy) document.pdf = copy;
}

/** Level 1: bytes in base64, or words. What is called a PDF and does not begin like one is told, and kept. */
function readPlain(r: Reading, body: number): Media {
  const text = child(r.tape, body, V.text);
  if (text === NONE) throw new Refusal('report.unreadable', 'the body has no content', { at: '/ClinicalDocument/component/nonXMLBody' });
  const mediaType = attr(r, text, V.mediaType) ?? 'text/plain';
  const isBase64 = attribute(r.tape, text, V.representation) === 'B64';
  const base64 = isBase64 ? readBase64(r, text) : Buffer.from(words(r, text) ?? '').toString('base64');
  if (mediaType === PDF && !base64.startsWith(PDF_IN_BASE64)) warn(r, 'body.not-a-pdf', text, 'the body is called a PDF and is none');
  return { mediaType, base64 };
}

/** `%PDF-` */
const PDF_IN_BASE64 = 'JVBERi';

function readSections(r: Reading, parent: number): DocumentSection[] {
  return children(r.tape, parent, V.component).flatMap((component) => children(r.tape, component, V.section).map((n) => readSection(r, n)));
}

function readSection(r: Reading, n: number): DocumentSection {
  const section: DocumentSection = { templates: readTemplates(r, n), entries: [], sections: readSections(r, n) };
  const id = readIdentifier(r, child(r.tape, n, V.id));
  if (id) section.id = id;
  const code = readCoded(r, child(r.tape, n, V.code));
  if (code) section.code = code;
  const title = words(r, child(r.tape, n, V.title));
  if (title !== undefined) section.title = title;
  const text = child(r.tape, n, V.text);
  if (text !== NONE) section.narrative = innerSource(r.tape, text);
  const language = attr(r, child(r.tape, n, V.languageCode), V.code);
  if (language !== undefined) section.language = language;
  const confidentiality = readCoded(r, child(r.tape, n, V.confidentialityCode));
  if (confidentiality) section.confidentiality = confidentiality;
  takePeople(r, n, section);
  for (const entry of children(r.tape, n, V.entry)) {
    const statement = readStatementIn(r, entry);
    if (statement) section.entries.push(statement);
    else warn(r, 'entry.unread', entry, 'an entry of no kind that CDA knows: it stays in the original');
  }
  return section;
}

function takePeople(r: Reading, n: number, section: DocumentSection): void {
  const people = (name: number, roles: readonly number[]): Participant[] => children(r.tape, n, name).map((p) => readPerson(r, p, roles));
  const authors = people(V.author, [V.assignedAuthor]);
  if (authors.length > 0) section.authors = authors;
  const informants = people(V.informant, [V.assignedEntity, V.relatedEntity]);
  if (informants.length > 0) section.informants = informants;
}

/** The PDF that a level 3 document holds as its copy. */
function pdfCopyIn(sections: readonly DocumentSection[]): ClinicalDocument['pdf'] {
  const copies = sections.filter(({ code }) => code?.code === PDF_COPY_CODE);
  for (const { ref, media } of copies.flatMap(({ entries }) => entries.flatMap(mediaIn))) {
    if (media?.mediaType === PDF) return { base64: media.base64, ...(ref !== undefined && { ref }) };
  }
  return undefined;
}

const mediaIn = (statement: Statement): Statement[] => [
  ...(statement.kind === 'media' ? [statement] : []),
  ...statement.relations.flatMap((relation) => mediaIn(relation.statement)),
];
