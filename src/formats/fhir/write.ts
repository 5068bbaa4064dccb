import { narrativeToHtml } from '../cda/narrative-html.ts';
import { conclusionIn } from '../conclusion.ts';
import type { Encounter, LabReport, Section, ServiceEvent } from '../lab-report.ts';
import { BundleWriter } from './bundle-writer.ts';
import { compact, type Node } from './json.ts';
import { AUTHOR_TIME, EVENT_PERFORMER, VERSION_NUMBER } from './read-header.ts';
import { ResultWriter } from './write-results.ts';
import { uriOfSystem, writeConcept, writeIdentifier } from './systems.ts';
import { fhirOfHl7 } from './times.ts';
import { isLater } from '../version-of-time.ts';
import { writeOrganization, writeParticipant, writePatient } from './write-people.ts';
import type { WriteContext } from './write-values.ts';

const EU = 'http://hl7.eu/fhir/laboratory/StructureDefinition';

export interface FhirWriteOptions {
  /** IANA zone of printed times that carry no offset: FHIR wants one with every hour. Europe/Paris when not said. */
  zone?: string;
}

/**
 * A laboratory report as a FHIR R4 document: a Bundle of the EU laboratory report (hl7.fhir.eu.laboratory 2.0.0) with the French header
 * (INS, author's time, legal attester, version). What FHIR cannot say is left out; `fhirLosses` lists it.
 * Source: FHIR R4 §3.3 (documents); EU laboratory Bundle-eu-lab; ANS document-core 0.1.0 (draft).
 */
export function writeFhir(report: LabReport, options: FhirWriteOptions = {}): string {
  const context: WriteContext = {
    zone: options.zone ?? 'Europe/Paris',
    isUcum: report.format.startsWith('cda') || report.format === 'fhir',
  };
  const { zone } = context;
  const bundle = new BundleWriter(`${report.id.root}^${report.id.extension ?? ''}`);
  const composition = bundle.reserve();
  const diagnostic = bundle.reserve();
  const subject = bundle.add(writePatient(report.patient, zone));
  const results = new ResultWriter(bundle, report, subject, context);
  const section = report.sections.map((one) => writeSection(one, results, 0));
  const encounter = report.encounter && writeEncounter(report.encounter, bundle, subject, zone);
  const category = report.sections.flatMap(({ kind, code }) =>
    kind === 'chapter' && code?.code !== undefined ? [writeConcept(code)] : [],
  );
  const identifier = writeIdentifier(report.setId ?? report.id);
  const custodian = writeOrganization(report.custodian, bundle);
  const conclusion = conclusionIn(report);
  const date = fhirOfHl7(report.createdAt, zone);
  const type = writeConcept(report.code);
  const attesters = [
    ...(report.legalAuthenticator ? [{ mode: 'legal', person: report.legalAuthenticator }] : []),
    ...report.validators.map((person) => ({ mode: 'professional', person })),
  ].map(({ mode, person }) => compact({ mode, time: fhirOfHl7(person.time, zone), party: writeParticipant(person, bundle) }));
  bundle.fill(composition, {
    resourceType: 'Composition',
    meta: { profile: [`${EU}/Composition-eu-lab`] },
    language: report.language,
    extension: [
      { url: VERSION_NUMBER, valueString: String(report.version) },
      {
        url: 'http://hl7.eu/fhir/extensions/StructureDefinition/composition-diagnosticReportReference',
        valueReference: { reference: diagnostic },
      },
    ],
    identifier,
    status: compositionStatus(report),
    type,
    category,
    subject,
    encounter,
    date,
    author: authorsOf(report, bundle, zone, custodian),
    title: report.title,
    confidentiality: report.confidentiality.code,
    attester: attesters,
    custodian,
    relatesTo: report.replaces.map((id) => ({ code: 'replaces', targetIdentifier: writeIdentifier(id) })),
    event: report.events.map((event) => writeEvent(event, bundle, zone)),
    section,
  });
  bundle.fill(diagnostic, {
    resourceType: 'DiagnosticReport',
    meta: { profile: [`${EU}/DiagnosticReport-eu-lab`] },
    extension: [
      {
        url: 'http://hl7.org/fhir/5.0/StructureDefinition/extension-DiagnosticReport.composition',
        valueReference: { reference: composition },
      },
    ],
    identifier: [identifier],
    basedOn: writeRequests(report, bundle, subject, zone),
    status: reportStatus(report),
    category,
    code: type,
    subject,
    encounter,
    effectiveDateTime: fhirOfHl7(report.events[0]?.start, zone) ?? date,
    issued: date !== undefined && date.length > 10 ? date : undefined,
    performer: [custodian],
    resultsInterpreter: attesters.map(({ party }) => party),
    specimen: [...results.specimens.values()],
    result: section.flatMap(referencesOf),
    conclusion: conclusion?.text,
    conclusionCode: conclusion?.codes?.map((code) => writeConcept(code)),
    presentedForm: report.pdf && [{ contentType: 'application/pdf', language: report.language, data: report.pdf.base64 }],
  });
  return JSON.stringify({
    resourceType: 'Bundle',
    meta: { profile: [`${EU}/Bundle-eu-lab`] },
    identifier: writeIdentifier(report.id),
    type: 'document',
    timestamp: instantOf(date),
    entry: bundle.entries(),
  });
}

/** Bundle.timestamp is an instant: a date alone is its first moment in UTC. */
const instantOf = (date: string | undefined) => (date === undefined || date.length > 10 ? date : `${date.padEnd(10, '-01')}T00:00:00Z`);

const referencesOf = (section: Node): Node[] => [
  ...((section['entry'] as Node[] | undefined) ?? []).filter(() => true),
  ...((section['section'] as Node[] | undefined) ?? []).flatMap(referencesOf),
];

function writeSection(section: Section, results: ResultWriter, depth: number): Node {
  const title = section.title ?? section.code?.display ?? (depth === 0 ? 'Examens' : undefined);
  return compact({
    title,
    code: section.code && writeConcept(section.code),
    text: section.narrative === undefined ? undefined : { status: 'additional', div: xhtml(section.narrative) },
    entry: results.section(section),
    section: section.sections.map((inner) => writeSection(inner, results, depth + 1)),
  });
}

/** The narrative as XHTML: our safe HTML, its empty elements closed and no attribute but those that FHIR allows (§2.6.1). */
function xhtml(narrative: string): string {
  const html = narrativeToHtml(narrative)
    .replaceAll('<br>', '<br/>')
    .replace(/ data-(?:ref|media)="[^"]*"/g, '');
  return `<div xmlns="http://www.w3.org/1999/xhtml">${html}</div>`;
}

function isOpen(report: LabReport): boolean {
  return report.events.some(({ status }) => status === 'active');
}

const isAborted = (report: LabReport) => report.events.length > 0 && report.events.every(({ status }) => status === 'aborted');

function compositionStatus(report: LabReport): string {
  if (isAborted(report)) return 'entered-in-error';
  return isOpen(report) ? 'preliminary' : isLater(report) ? 'amended' : 'final';
}

function reportStatus(report: LabReport): string {
  if (isAborted(report)) return 'cancelled';
  return isOpen(report) ? 'preliminary' : isLater(report) ? 'corrected' : 'final';
}

function authorsOf(report: LabReport, bundle: BundleWriter, zone: string, custodian: Node): Node[] {
  const authors = report.authors.map((author) => {
    const time = fhirOfHl7(author.time, zone);
    return { ...(time !== undefined && { extension: [{ url: AUTHOR_TIME, valueDateTime: time }] }), ...writeParticipant(author, bundle) };
  });
  return authors.length > 0 ? authors : [custodian];
}

function writeEvent(event: ServiceEvent, bundle: BundleWriter, zone: string): Node {
  const period = compact({ start: fhirOfHl7(event.start, zone), end: fhirOfHl7(event.end, zone) });
  const time = fhirOfHl7(event.performer?.time, zone);
  const performer = event.performer && {
    ...(time !== undefined && { extension: [{ url: AUTHOR_TIME, valueDateTime: time }] }),
    ...writeParticipant(event.performer, bundle),
  };
  return compact({
    extension: performer && [{ url: EVENT_PERFORMER, valueReference: performer }],
    code: event.code && [writeConcept(event.code)],
    period: Object.keys(period).length > 0 ? period : undefined,
    detail: (event.ids ?? []).map((id) => ({ identifier: writeIdentifier(id) })),
  });
}

/** A prescription of which no number came: the profile wants one, or that there is none be said. */
const UNNUMBERED: Node = { extension: [{ url: 'http://hl7.org/fhir/StructureDefinition/data-absent-reason', valueCode: 'unknown' }] };

/** One request for each order number; the prescriber is its requester. */
function writeRequests(report: LabReport, bundle: BundleWriter, subject: Node, zone: string): Node[] {
  const prescribers = report.participants.filter(({ type }) => type === 'REF');
  const count = Math.max(prescribers.length, report.orders.length > 0 ? 1 : 0);
  return Array.from({ length: count }, (_, k) => {
    const prescriber = prescribers[k];
    return bundle.add({
      resourceType: 'ServiceRequest',
      identifier: k === 0 && report.orders.length > 0 ? report.orders.map((id) => writeIdentifier(id)) : [UNNUMBERED],
      status: 'completed',
      intent: 'order',
      subject,
      authoredOn: fhirOfHl7(prescriber?.time, zone),
      requester: prescriber && writeParticipant(prescriber, bundle),
    });
  });
}

function writeEncounter(encounter: Encounter, bundle: BundleWriter, subject: Node, zone: string): Node {
  const { facility } = encounter;
  const location =
    facility &&
    bundle.add({
      resourceType: 'Location',
      identifier: facility.id && [writeIdentifier(facility.id)],
      name: facility.name,
      type: facility.code && [writeConcept(facility.code)],
    });
  const { code } = encounter;
  const period = compact({ start: fhirOfHl7(encounter.start, zone), end: fhirOfHl7(encounter.end, zone) });
  return bundle.add({
    resourceType: 'Encounter',
    identifier: (encounter.ids ?? []).map((id) => writeIdentifier(id)),
    status: encounter.end === undefined ? 'unknown' : 'finished',
    class: compact({ system: code?.system && uriOfSystem(code.system), code: code?.code ?? 'AMB', display: code?.display }),
    subject,
    participant: encounter.responsible && [{ individual: writeParticipant(encounter.responsible, bundle) }],
    period: Object.keys(period).length > 0 ? period : undefined,
    location: location && [{ location }],
  });
}
