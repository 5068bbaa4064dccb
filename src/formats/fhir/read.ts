import { Refusal } from '#kernel';
import { conclusionIn, conclusionSection } from '../conclusion.ts';
import type { Coded, Conclusion, LabReport, Section } from '../lab-report.ts';
import { type Bundle, openBundle } from './bundle.ts';
import { checkAttachment, checkResultsAreThere, checkStatesAndTimes } from './check.ts';
import { htmlToNarrative } from './html-to-narrative.ts';
import { compact, type Node, nodeOf, nodesOf, parseFhirJson, textOf } from './json.ts';
import {
  attestersOf,
  authorsOf,
  confidentialityOf,
  custodianOf,
  encounterOf,
  eventsOf,
  identityOf,
  ordersOf,
  prescribersOf,
  replacedOf,
  sampledAt,
  stageOf,
} from './read-header.ts';
import { readPatient } from './read-people.ts';
import { fhirXmlToJson, isXml } from './read-xml.ts';
import { ResultReader } from './read-results.ts';
import { LOINC, readConcept } from './systems.ts';
import { hl7OfFhir } from './times.ts';

const REPORT: Coded = { code: '11502-2', system: LOINC, systemName: 'LOINC', display: "CR d'examens biologiques" };

/** LOINC study types: the disciplines (chapters) of a laboratory report. */
const CHAPTERS: ReadonlySet<string> = new Set(
  '18717-9 18719-5 18720-3 18721-1 18722-9 18723-7 18724-5 18725-2 18727-8 18728-6 18729-4 18767-4 18769-0 26436-6'.split(' '),
);

/**
 * A laboratory report sent as FHIR R4, in JSON or XML: a document (EU laboratory report, French document) or the resources of one report in a transaction,
 * batch or collection, as other FHIR clients send them.
 *
 * @throws Refusal `report.unreadable`, `report.hostile`, `report.not-a-lab-report`
 * Source: FHIR R4 (4.0.1) DiagnosticReport, Observation, Bundle §2.36; HL7 Europe laboratory report 2.0.0.
 */
export function readFhir(bytes: Uint8Array, contentType?: string): LabReport {
  const bundle = openBundle(parseFhirJson(isXml(bytes) ? jsonOf(bytes, contentType) : bytes));
  const [report, another] = bundle.all('DiagnosticReport');
  if (!report) throw new Refusal('report.not-a-lab-report', 'the Bundle holds no DiagnosticReport', { at: 'Bundle.entry' });
  if (another) throw new Refusal('report.unreadable', 'the Bundle holds several reports: send one report a Bundle', { at: 'Bundle.entry' });
  const composition = bundle.all('Composition')[0];
  checkIsLaboratory(report, composition);
  checkStatesAndTimes(bundle);
  if (!composition) checkResultsAreThere(bundle, report);
  const patient = patientOf(bundle, report, composition);
  return reportOf(bundle, { report, composition, patient });
}

/** @throws Refusal `report.unreadable` for what is no FHIR in XML */
function jsonOf(bytes: Uint8Array, contentType?: string): Uint8Array {
  try {
    return fhirXmlToJson(bytes, contentType);
  } catch (error) {
    if (!(error instanceof Refusal) || error.code.startsWith('report.')) throw error;
    throw new Refusal('report.unreadable', error.message, { ...(error.at !== undefined && { at: error.at }), cause: error });
  }
}

function checkIsLaboratory(report: Node, composition: Node | undefined): void {
  const codes = [composition?.['type'], report['code'], ...nodesOf(report['category'])].flatMap(codesOf);
  if (codes.some((code) => code === REPORT.code || code === 'LAB' || CHAPTERS.has(code))) return;
  throw new Refusal('report.not-a-lab-report', 'neither LOINC 11502-2 nor a laboratory category', { at: 'DiagnosticReport.code' });
}

const codesOf = (concept: unknown): string[] => nodesOf(nodeOf(concept)['coding']).flatMap(({ code }) => textOf(code) ?? []);

/**
 * The one patient of the Bundle.
 * @throws Refusal `report.unreadable` when it is not there, or when a result is of someone else: a report is of one person
 */
function patientOf(bundle: Bundle, report: Node, composition: Node | undefined): Node {
  const patient = bundle.resolve(report['subject']) ?? bundle.resolve(composition?.['subject']);
  if (patient?.['resourceType'] !== 'Patient')
    throw new Refusal('report.unreadable', 'the patient is not in the Bundle', { at: 'DiagnosticReport.subject' });
  for (const { resource } of bundle.entries) {
    const { subject } = resource;
    if (subject === undefined || resource['resourceType'] === 'List') continue;
    const other = bundle.resolve(subject);
    if (other !== patient && (other?.['resourceType'] === 'Patient' || !isSameReference(subject, report['subject'])))
      throw new Refusal('report.unreadable', 'not everything in the Bundle is of the same patient', {
        at: `${String(resource['resourceType'])}.subject`,
      });
  }
  return patient;
}

const isSameReference = (a: unknown, b: unknown) => {
  const reference = textOf(nodeOf(a)['reference']);
  return reference === undefined || reference === textOf(nodeOf(b)['reference']);
};

function reportOf(
  bundle: Bundle,
  { report, composition, patient }: { report: Node; composition: Node | undefined; patient: Node },
): LabReport {
  const reader = new ResultReader(bundle, stageOf(report, composition) === 'withdrawn');
  const sections = composition
    ? nodesOf(composition['section']).map((section) => sectionOf(section, reader, 0))
    : chaptersOf(bundle, report, reader);
  const rest = reader.entries(reader.rest());
  if (rest.length > 0) {
    bundle.warnings.push({ code: 'entry.unreferenced', at: 'Bundle.entry', message: 'results that nothing refers to stand at the end' });
    sections.push(chapter(chapterOf(report['category']), rest));
  }
  const conclusion = conclusionOf(report);
  if (conclusion && conclusionIn({ sections }) === undefined) sections.push(conclusionSection(conclusion));
  const media = reader.entries(nodesOf(report['media']).map(({ link }) => nodeOf(link)));
  if (media.length > 0) sections.push(chapter(chapterOf(report['category']), media));
  const createdAt = [composition?.['date'], report['issued'], bundle.root['timestamp'], sampledAt(report)]
    .map((time) => hl7OfFhir(textOf(time)))
    .find((time) => time !== undefined);
  if (createdAt === undefined) throw new Refusal('report.unreadable', 'the report has no date', { at: 'DiagnosticReport.issued' });
  const { legalAuthenticator, validators } = attestersOf(bundle, composition, report);
  const told = {
    language: textOf(composition?.['language']) ?? textOf(report['language']),
    legalAuthenticator,
    encounter: encounterOf(bundle, composition?.['encounter'] ?? report['encounter']),
    pdf: pdfOf(bundle, report),
    conclusion,
  };
  return {
    format: 'fhir',
    ...identityOf(bundle, report, composition),
    replaces: nodesOf(composition?.['relatesTo']).flatMap(replacedOf),
    code: codeOf(composition?.['type'] ?? report['code']),
    title: textOf(composition?.['title']) ?? textOf(nodeOf(report['code'])['text']) ?? REPORT.display!,
    createdAt,
    confidentiality: confidentialityOf(bundle, report, composition),
    patient: readPatient(patient),
    authors: authorsOf(bundle, composition, report),
    custodian: custodianOf(bundle, report, composition),
    validators,
    participants: prescribersOf(bundle, report),
    orders: ordersOf(bundle, report),
    events: eventsOf(bundle, report, composition),
    sections,
    warnings: bundle.warnings,
    ...compact(told),
  } as LabReport;
}

function conclusionOf(report: Node): Conclusion | undefined {
  const text = textOf(report['conclusion']);
  const codes = nodesOf(report['conclusionCode']).flatMap((code) => readConcept(code) ?? []);
  return text === undefined && codes.length === 0 ? undefined : (compact({ text, codes }) as Conclusion);
}

/** A report coded as one examination (a blood count) is a laboratory report all the same; what it is called stays its title. */
function codeOf(concept: unknown): Coded {
  const code = readConcept(concept);
  return code && code.code === REPORT.code ? code : REPORT;
}

const DEEPEST_SECTION = 10;

function sectionOf(section: Node, reader: ResultReader, depth: number): Section {
  const div = textOf(nodeOf(section['text'])['div']);
  const code = readConcept(section['code']);
  const inner = depth < DEEPEST_SECTION ? nodesOf(section['section']).map((one) => sectionOf(one, reader, depth + 1)) : [];
  return {
    kind: depth > 0 ? 'sub-chapter' : code?.code !== undefined && CHAPTERS.has(code.code) ? 'chapter' : kindOf(code?.code),
    ...compact({ code, title: textOf(section['title']), narrative: div && htmlToNarrative(div) }),
    entries: reader.entries(nodesOf(section['entry'])),
    sections: inner,
  } as Section;
}

/** LOINC of the sections that are no discipline: reason for the act, vaccinations, comments (annotations), the PDF copy. */
function kindOf(code: string | undefined): Section['kind'] {
  const kinds: Readonly<Record<string, Section['kind']>> = {
    '29299-5': 'reason',
    '11369-6': 'vaccinations',
    '48767-8': 'comment',
    '55112-7': 'comment',
    '55108-5': 'pdf-copy',
  };
  return (code === undefined ? undefined : kinds[code]) ?? 'chapter';
}

function chapterOf(categories: unknown): Coded | undefined {
  const coding = nodesOf(categories)
    .flatMap(({ coding: codings }) => nodesOf(codings))
    .find(({ code }) => CHAPTERS.has(textOf(code) ?? ''));
  return coding && readConcept({ coding: [coding] });
}

function chapter(code: Coded | undefined, entries: Section['entries']): Section {
  const title = code?.display;
  return { kind: 'chapter', ...(code && { code }), ...(title !== undefined && { title }), entries, sections: [] };
}

/** A report without Composition: its results by the discipline that each names, in the order of the report. */
function chaptersOf(bundle: Bundle, report: Node, reader: ResultReader): Section[] {
  const own = chapterOf(report['category']);
  const chapters = new Map<string, { code: Coded | undefined; references: Node[] }>();
  for (const reference of nodesOf(report['result'])) {
    const code = chapterOf(bundle.resolve(reference)?.['category']) ?? own;
    const key = code?.code ?? '';
    const known = chapters.get(key);
    if (known) known.references.push(reference);
    else chapters.set(key, { code, references: [reference] });
  }
  return [...chapters.values()].map(({ code, references }) => chapter(code, reader.entries(references)));
}

/** The laboratory's own PDF: that of the report, or that of the document entry sent with it. @throws Refusal when a file is not what is said of it */
function pdfOf(bundle: Bundle, report: Node): { base64: string } | undefined {
  const documents = bundle.all('DocumentReference').flatMap(({ content }) => nodesOf(content).map(({ attachment }) => nodeOf(attachment)));
  const forms = nodesOf(report['presentedForm']);
  const files = [...forms, ...documents].flatMap((attachment, n) => {
    const isPdf = textOf(attachment['contentType'])?.startsWith('application/pdf') === true;
    const isForm = n < forms.length;
    const data = textOf(attachment['data']) ?? textOf(bundle.resolve({ reference: attachment['url'] })?.['data']);
    // A document entry may be of the CDA that says the same: that is looked at where it is published.
    if (data === undefined || (!isPdf && !isForm)) return [];
    const base64 = base64Of(data);
    checkAttachment(attachment, base64, isForm ? 'DiagnosticReport.presentedForm' : 'DocumentReference.content.attachment');
    return base64 === undefined ? [] : [{ isPdf, base64 }];
  });
  const shown = files.find(({ isPdf }) => isPdf);
  if (files.some((file) => file.base64 !== shown?.base64))
    bundle.warnings.push({
      code: 'form.not-shown',
      at: 'DiagnosticReport.presentedForm',
      message: 'one PDF of a report is shown: its other files are kept with the original',
    });
  return shown && { base64: shown.base64 };
}

/** Base64 without blanks; undefined when it is none. What decodes and encodes to itself is some; only the rest is looked at letter by letter. */
function base64Of(data: string): string | undefined {
  if (data !== '' && Buffer.from(data, 'base64').toString('base64') === data) return data;
  const base64 = data.replace(/\s+/g, '');
  return /^[A-Za-z0-9+/]+={0,2}$/.test(base64) ? base64 : undefined;
}
