import { Refusal } from '#kernel';
import type { Encounter, Identifier, LabReport, Organization, Participant, ServiceEvent, TypedParticipant } from '../lab-report.ts';
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

/**
 * Identifiers and version. A document says its own (Bundle.identifier), its series and its number. Resources sent without a document name
 * the series only: the first issue takes its identifier, and a corrected one adds its time, so that it is another version of the same series.
 */
export function identityOf(
  bundle: Bundle,
  report: Node,
  composition: Node | undefined,
): Pick<LabReport, 'id' | 'version'> & { setId?: Identifier } {
  const own = readIdentifier(nodeOf(bundle.root['identifier']));
  const series =
    readIdentifier(nodeOf(composition?.['identifier'])) ?? nodesOf(report['identifier']).flatMap((one) => readIdentifier(one) ?? [])[0];
  const id = own ?? series;
  if (!id) throw new Refusal('report.unreadable', 'the report has no identifier', { at: 'DiagnosticReport.identifier' });
  const said = textOf(extensionOf(composition ?? {}, VERSION_NUMBER)?.['valueString']) ?? textOf(nodeOf(report['meta'])['versionId']);
  const number = said !== undefined && /^[1-9]\d{0,8}$/.test(said) ? Number(said) : undefined;
  const isCorrection = CORRECTED.has(textOf(report['status']) ?? '');
  if (own || !series) return { id, ...(series && !isSame(series, id) && { setId: series }), version: number ?? 1 };
  const version = number ?? (isCorrection ? 2 : 1);
  if (!isCorrection) return { id, version };
  const time = textOf(report['issued']) ?? textOf(report['effectiveDateTime']) ?? String(version);
  return { id: { ...series, extension: `${series.extension ?? ''}#${time}` }, setId: series, version };
}

const isSame = (a: Identifier, b: Identifier) => a.root === b.root && a.extension === b.extension;

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

/** Who signed (attester, mode legal) and who validated; without a document, the first interpreter of the report. */
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
  const validators = of('professional');
  const interpreters = composition ? [] : nodesOf(report['resultsInterpreter']).flatMap((one) => readParticipant(one, bundle) ?? []);
  return { ...(legal && { legalAuthenticator: legal }), validators: [...validators, ...interpreters] };
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

const AWAITED: ReadonlySet<string> = new Set(['registered', 'partial', 'preliminary', 'unknown']);

/** The acts documented. Their state is that of the report: FHIR says one for all. */
export function eventsOf(bundle: Bundle, report: Node, composition: Node | undefined): ServiceEvent[] {
  const said = textOf(report['status']) ?? '';
  const status = AWAITED.has(said) ? 'active' : said === 'cancelled' || said === 'entered-in-error' ? 'aborted' : 'completed';
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
