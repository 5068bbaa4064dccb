import { Refusal } from '#kernel';
import type { Coded, Encounter, Identifier, LabReport, Organization, Participant, ServiceEvent, TypedParticipant } from '../lab-report.ts';
import { versionOfTime } from '../version-of-time.ts';
import type { Bundle } from './bundle.ts';
import { compact, extensionOf, type Node, nodeOf, nodesOf, textOf } from './json.ts';
import { readAddress, readOrganization, readParticipant } from './read-people.ts';
import { readCoding, readConcept, readIdentifier } from './systems.ts';
import { hl7OfFhir } from './times.ts';

/** Number of the version of a document (HL7 standard extension of R4). */
export const VERSION_NUMBER = 'http://hl7.org/fhir/StructureDefinition/composition-clinicaldocument-versionNumber';
export const AUTHOR_TIME = 'https://interop.esante.gouv.fr/ig/fhir/document-core/StructureDefinition/fr-author-time-extension';
/** Who did the documented act. R4 has no place for it in Composition.event. */
export const EVENT_PERFORMER = 'urn:cigogne:fhir:event-performer';

const CORRECTED: ReadonlySet<string> = new Set(['amended', 'corrected', 'appended']);
const AWAITED: ReadonlySet<string> = new Set(['registered', 'partial', 'preliminary', 'unknown']);
const WITHDRAWN: ReadonlySet<string> = new Set(['cancelled', 'entered-in-error']);

/** How far a report has come, in the order in which its states follow one another (R4 DiagnosticReport.status). */
type Stage = 'awaited' | 'issued' | 'corrected' | 'withdrawn';
const STAGES: readonly Stage[] = ['awaited', 'issued', 'corrected', 'withdrawn'];

/** The report and its document each say a state: one that is withdrawn by either is withdrawn. */
export function stageOf(report: Node, composition: Node | undefined): Stage {
  const said = textOf(report['status']) ?? '';
  if (WITHDRAWN.has(said) || composition?.['status'] === 'entered-in-error') return 'withdrawn';
  if (AWAITED.has(said)) return 'awaited';
  return CORRECTED.has(said) ? 'corrected' : 'issued';
}

/**
 * Identifiers and version. A document says its own (Bundle.identifier), its series and its number. Resources sent without a document name
 * the series only, and FHIR counts no versions: each state of the report is a version of its own, in the order of the times at which they were issued,
 * and of their states where that time did not move (a report is often withdrawn as it was issued). The one that is final takes the identifier of the
 * series; what was before it and what comes after adds its state and its time. `meta.versionId` is the sender's server's, which begins again when a
 * resource is made again: it orders nothing.
 */
export function identityOf(
  bundle: Bundle,
  report: Node,
  composition: Node | undefined,
): Pick<LabReport, 'id' | 'version' | 'isCorrection' | 'state'> & { setId?: Identifier } {
  const own = readIdentifier(nodeOf(bundle.root['identifier']));
  const series =
    readIdentifier(nodeOf(composition?.['identifier'])) ?? nodesOf(report['identifier']).flatMap((one) => readIdentifier(one) ?? [])[0];
  const id = own ?? series;
  if (!id) throw new Refusal('report.unreadable', 'the report has no identifier', { at: 'DiagnosticReport.identifier' });
  const stage = stageOf(report, composition);
  const issued = [textOf(report['issued']), textOf(composition?.['date']), textOf(bundle.root['timestamp']), sampledAt(report)].find(
    Boolean,
  );
  const version = numberOf(composition) ?? (own && !series ? 1 : versionOfTime(hl7OfFhir(issued)) + STAGES.indexOf(stage));
  const told = {
    version,
    ...(stage === 'corrected' && { isCorrection: true as const }),
    ...stateOf(report),
  };
  if (own || !series) return { id, ...(series && !isSame(series, id) && { setId: series }), ...told };
  if (stage === 'issued') return { id, ...told };
  const state = [...(stage === 'corrected' ? [] : [stage]), issued ?? String(version)].join('@');
  return { id: { ...series, extension: `${series.extension ?? ''}#${state}` }, setId: series, ...told };
}

const STATES: ReadonlySet<unknown> = new Set(['registered', 'partial', 'amended', 'appended']);
const stateOf = ({ status }: Node): Pick<LabReport, 'state'> =>
  STATES.has(status) ? { state: status as NonNullable<LabReport['state']> } : {};

/** The number that a document says of its version. */
function numberOf(composition: Node | undefined): number | undefined {
  const said = textOf(extensionOf(composition ?? {}, VERSION_NUMBER)?.['valueString']);
  return said !== undefined && /^[1-9]\d{0,8}$/.test(said) ? Number(said) : undefined;
}

/** The time of the act, which stands for that of the report where it has no other. */
export function sampledAt(report: Node): string | undefined {
  const { start, end } = nodeOf(report['effectivePeriod']);
  return textOf(report['effectiveDateTime']) ?? textOf(end) ?? textOf(start);
}

const isSame = (a: Identifier, b: Identifier) => a.root === b.root && a.extension === b.extension;

const CONFIDENTIALITY = '2.16.840.1.113883.5.25';

/** What the document says, else the strictest label of the report or of the document entry sent with it; normal when none says more. */
export function confidentialityOf(bundle: Bundle, report: Node, composition: Node | undefined): Coded {
  const said = textOf(composition?.['confidentiality']);
  if (said !== undefined) return { code: said, system: CONFIDENTIALITY };
  const labels = [report, composition ?? {}].flatMap(({ meta }) => nodesOf(nodeOf(meta)['security']));
  const fiches = bundle
    .all('DocumentReference')
    .flatMap(({ securityLabel }) => nodesOf(securityLabel).flatMap(({ coding }) => nodesOf(coding)));
  const codes = [...labels, ...fiches].map(({ code }) => textOf(code));
  return { code: ['V', 'R'].find((code) => codes.includes(code)) ?? 'N', system: CONFIDENTIALITY };
}

export function replacedOf(relation: Node): Identifier[] {
  if (relation['code'] !== 'replaces') return [];
  const id =
    readIdentifier(nodeOf(relation['targetIdentifier'])) ?? readIdentifier(nodeOf(nodeOf(relation['targetReference'])['identifier']));
  return id ? [id] : [];
}

/** The laboratory: custodian of the document, else the structure that the report says performed it. */
export function custodianOf(bundle: Bundle, report: Node, composition: Node | undefined): Organization {
  const performers = nodesOf(report['performer']);
  const found = [composition?.['custodian'], ...performers]
    .map((reference) => bundle.resolve(reference))
    .find((one) => one?.['resourceType'] === 'Organization');
  if (found) return readOrganization(found, bundle);
  const logical = [composition?.['custodian'], ...performers].flatMap(
    (reference) => readIdentifier(nodeOf(nodeOf(reference)['identifier'])) ?? [],
  );
  const structure = performers.flatMap((reference) => readParticipant(reference, bundle)?.organization ?? [])[0];
  if (structure) return structure;
  const [id] = logical;
  if (id) return { ids: [id] };
  throw new Refusal('report.unreadable', 'the laboratory is not in the Bundle', { at: 'DiagnosticReport.performer' });
}

const timed = (person: Participant | undefined, time: string | undefined): Participant[] =>
  person ? [{ ...person, ...(time !== undefined && { time }) }] : [];

export function authorsOf(bundle: Bundle, composition: Node | undefined, report: Node): Participant[] {
  const references = composition ? nodesOf(composition['author']) : nodesOf(report['performer']);
  return references.flatMap((reference) => {
    const time = hl7OfFhir(textOf(extensionOf(reference, AUTHOR_TIME)?.['valueDateTime']));
    return timed(readParticipant(reference, bundle), time);
  });
}

/** Who signed (attester, mode legal) and who validated; the interpreters of the report when nobody is said to have done either. */
export function attestersOf(
  bundle: Bundle,
  composition: Node | undefined,
  report: Node,
): { legalAuthenticator?: Participant; validators: Participant[] } {
  const of = (mode: string) =>
    nodesOf(composition?.['attester'])
      .filter((attester) => attester['mode'] === mode)
      .flatMap((attester) => timed(readParticipant(attester['party'], bundle), hl7OfFhir(textOf(attester['time']))));
  const [legal] = of('legal');
  const validators = [...of('professional'), ...of('official')];
  if (legal || validators.length > 0) return { ...(legal && { legalAuthenticator: legal }), validators };
  return { validators: nodesOf(report['resultsInterpreter']).flatMap((one) => readParticipant(one, bundle) ?? []) };
}

const requestsOf = (bundle: Bundle, report: Node): Node[] =>
  nodesOf(report['basedOn'])
    .map((reference) => bundle.resolve(reference))
    .filter((request) => request !== undefined);

export function prescribersOf(bundle: Bundle, report: Node): TypedParticipant[] {
  return requestsOf(bundle, report).flatMap((request) =>
    timed(readParticipant(request['requester'], bundle), hl7OfFhir(textOf(request['authoredOn']))).map((person) => ({
      type: 'REF',
      ...person,
    })),
  );
}

export function ordersOf(bundle: Bundle, report: Node): Identifier[] {
  const requests = requestsOf(bundle, report).flatMap((request) => nodesOf(request['identifier']));
  const logical = nodesOf(report['basedOn']).map((reference) => nodeOf(reference['identifier']));
  return [...requests, ...logical].flatMap((one) => readIdentifier(one) ?? []);
}

const STATUS_OF: Readonly<Record<Stage, string>> = { awaited: 'active', issued: 'completed', corrected: 'completed', withdrawn: 'aborted' };

/** The acts documented. Their state is that of the report: FHIR says one for all. */
export function eventsOf(bundle: Bundle, report: Node, composition: Node | undefined): ServiceEvent[] {
  const status = STATUS_OF[stageOf(report, composition)];
  const events = nodesOf(composition?.['event']);
  if (events.length === 0) {
    const period = nodeOf(report['effectivePeriod']);
    const start = hl7OfFhir(textOf(report['effectiveDateTime']) ?? textOf(period['start']));
    const end = hl7OfFhir(textOf(period['end']));
    return [compact({ status, start, end }) as ServiceEvent];
  }
  return events.map((event) => {
    const period = nodeOf(event['period']);
    const reference = extensionOf(event, EVENT_PERFORMER);
    const performer = timed(
      readParticipant(reference?.['valueReference'], bundle),
      hl7OfFhir(textOf(extensionOf(nodeOf(reference?.['valueReference']), AUTHOR_TIME)?.['valueDateTime'])),
    )[0];
    return compact({
      ids: nodesOf(event['detail']).flatMap(({ identifier }) => readIdentifier(nodeOf(identifier)) ?? []),
      code: readConcept(nodesOf(event['code'])[0]),
      status,
      start: hl7OfFhir(textOf(period['start'])),
      end: hl7OfFhir(textOf(period['end'])),
      performer,
    }) as ServiceEvent;
  });
}

export function encounterOf(bundle: Bundle, reference: unknown): Encounter | undefined {
  const encounter = bundle.resolve(reference);
  if (encounter?.['resourceType'] !== 'Encounter') return undefined;
  const period = nodeOf(encounter['period']);
  const location = bundle.resolve(nodesOf(encounter['location'])[0]?.['location']);
  const facility =
    location &&
    compact({
      code: readConcept(nodesOf(location['type'])[0]),
      name: textOf(location['name']),
      id: nodesOf(location['identifier']).flatMap((one) => readIdentifier(one) ?? [])[0],
      address: location['address'] === undefined ? undefined : readAddress(nodeOf(location['address'])),
    });
  const kind = readCoding(nodeOf(encounter['class']));
  return compact({
    ids: nodesOf(encounter['identifier']).flatMap((one) => readIdentifier(one) ?? []),
    code: kind,
    start: hl7OfFhir(textOf(period['start'])),
    end: hl7OfFhir(textOf(period['end'])),
    responsible: readParticipant(nodesOf(encounter['participant'])[0]?.['individual'], bundle),
    facility: facility && Object.keys(facility).length > 0 ? facility : undefined,
  }) as Encounter;
}
