import type { Attachment, Battery, Coded, Entry, Image, Isolate, Item, Result, ResultValue, Specimen } from '../lab-report.ts';
import type { Bundle } from './bundle.ts';
import { compact, type Node, nodeOf, nodesOf, textOf } from './json.ts';
import { readParticipant } from './read-people.ts';
import { readReference, readValue } from './read-values.ts';
import { LOINC, oidOfSystem, readConcept, readIdentifier } from './systems.ts';
import { hl7OfFhir } from './times.ts';

/** IHE XD-LAB templates, said as a tag of the grouping Observations: what a group is in the model of the report. */
export const TEMPLATES = {
  act: 'urn:oid:1.3.6.1.4.1.19376.1.3.1',
  battery: 'urn:oid:1.3.6.1.4.1.19376.1.3.1.4',
  isolate: 'urn:oid:1.3.6.1.4.1.19376.1.3.1.5',
} as const;
/** Who did what of a performer (HL7 standard extension), code of ParticipationType. */
export const PERFORMER_FUNCTION = 'http://hl7.org/fhir/StructureDefinition/event-performerFunction';

/** LOINC codes of "bacteria identified": their value is the organism, their members its count and antibiogram. */
const ORGANISM_CODES: ReadonlySet<string> = new Set([
  '634-6',
  '635-3',
  '6463-4',
  '600-7',
  '11475-1',
  '630-4',
  '43409-2',
  '17928-3',
  '17898-8',
]);

/** Bacteria identified, of no kind in particular. */
const BACTERIA = '634-6';

const DEEPEST_GROUP = 12;

const STATUSES: Readonly<Record<string, string>> = {
  final: 'completed',
  amended: 'completed',
  corrected: 'completed',
  preliminary: 'active',
  registered: 'active',
  cancelled: 'aborted',
  'entered-in-error': 'aborted',
};

/** Reads the Observations of one report, each once, whatever the references say. */
export class ResultReader {
  readonly #bundle: Bundle;
  readonly #seen = new Set<Node>();
  readonly #members: Set<Node>;
  readonly #isWithdrawn: boolean;
  /** Specimens that are an organism grown from another: what is printed is what it was grown from. */
  readonly #strains: ReadonlySet<Node>;

  /** @param isWithdrawn the report is taken back: none of its results holds, whatever each says of itself */
  constructor(bundle: Bundle, isWithdrawn: boolean) {
    this.#bundle = bundle;
    this.#isWithdrawn = isWithdrawn;
    this.#strains = strainsIn(bundle);
    this.#members = new Set(
      bundle
        .all('Observation')
        .flatMap(({ hasMember }) => nodesOf(hasMember).map((reference) => bundle.resolve(reference)))
        .filter((member) => member !== undefined),
    );
  }

  /** Entries of a section, or of a report without sections: each reference once, in order. */
  entries(references: readonly Node[]): Entry[] {
    const entries: Entry[] = [];
    let loose: Entry | undefined;
    for (const reference of references) {
      const resource = this.#take(reference);
      if (!resource) continue;
      if (this.#templateOf(resource) === 'act') {
        entries.push(this.#act(resource));
        loose = undefined;
        continue;
      }
      const items = this.#items(resource, 0);
      if (items.length === 0) continue;
      if (!isResource(resource, 'Observation')) entries.push({ isBare: true, status: 'completed', items });
      else if (loose) loose.items.push(...items);
      else entries.push((loose = { status: this.#isWithdrawn ? 'aborted' : 'completed', items }));
    }
    return entries;
  }

  /** References to the Observations that no reference of the report has led to: a result left alone is still a result. */
  rest(): Node[] {
    const alone = this.#bundle.all('Observation').filter((observation) => !this.#seen.has(observation));
    const tops = alone.filter((observation) => !this.#members.has(observation));
    return (tops.length > 0 ? tops : alone).map((resource) => ({ resource }));
  }

  #take(reference: Node): Node | undefined {
    const resource = (reference['resource'] as Node | undefined) ?? this.#bundle.resolve(reference);
    if (!resource) {
      this.#bundle.warnings.push({
        code: 'reference.dangling',
        at: 'Reference',
        message: 'a result is referred to and not in the document',
      });
      return undefined;
    }
    if (this.#seen.has(resource)) return undefined;
    this.#seen.add(resource);
    return resource;
  }

  #templateOf(resource: Node): keyof typeof TEMPLATES | undefined {
    const tags = nodesOf(nodeOf(resource['meta'])['tag']).flatMap(({ code }) => textOf(code) ?? []);
    return (Object.keys(TEMPLATES) as (keyof typeof TEMPLATES)[]).find((name) => tags.includes(TEMPLATES[name]));
  }

  #act(observation: Node): Entry {
    const { specimen, ...common } = this.#common(observation);
    const others = nodesOf(observation['extension'])
      .filter(({ url }) => url === OTHER_SPECIMEN)
      .flatMap((extension) => this.#specimen(extension['valueReference']) ?? []);
    const items = this.#membersOf(observation, 0);
    return { ...compact({ ...common, specimens: [...(specimen ? [specimen] : []), ...others] }), items } as Entry;
  }

  #membersOf(observation: Node, depth: number): Item[] {
    return nodesOf(observation['hasMember']).flatMap((reference) => {
      const resource = depth < DEEPEST_GROUP ? this.#take(reference) : undefined;
      return resource ? this.#items(resource, depth + 1) : [];
    });
  }

  #items(resource: Node, depth: number): Item[] {
    if (isResource(resource, 'Media')) return this.#media(resource);
    if (!isResource(resource, 'Observation')) return [];
    const hasMembers = nodesOf(resource['hasMember']).length > 0;
    const value = readValue(resource);
    // Taken back with its value: nothing is left to say of it, and the version before tells what it was.
    if (!hasMembers && resource['status'] === 'entered-in-error' && (value === undefined || value.type === 'absent')) return [];
    const template = this.#templateOf(resource);
    if (template === 'isolate' || (hasMembers && isOrganism(resource))) return [this.#isolate(resource, depth)];
    if (template === 'battery' || (hasMembers && (value === undefined || value.type === 'absent'))) return [this.#battery(resource, depth)];
    const own = this.#result(resource);
    const components = componentsOf(resource, own);
    const isGroupOnly = components.length > 0 && own.value === undefined;
    const inner = [...components, ...this.#membersOf(resource, depth)];
    if (inner.length === 0) return [own];
    const battery: Battery = compact({
      kind: 'battery' as const,
      code: own.code,
      status: own.status,
      at: own.at,
      specimen: own.specimen,
      items: inner,
    }) as Battery;
    return isGroupOnly ? [{ ...battery, ...(own.comments && { comments: own.comments }) }] : [own, battery];
  }

  #common(observation: Node) {
    const concept = isAbsentCode(observation['code']) ? undefined : readConcept(observation['code']);
    const people = this.#people(observation);
    return {
      id: nodesOf(observation['identifier']).flatMap((one) => readIdentifier(one) ?? [])[0],
      code: concept,
      status: this.#isWithdrawn ? 'aborted' : (STATUSES[textOf(observation['status']) ?? ''] ?? 'active'),
      at: timeOf(observation),
      comments: nodesOf(observation['note']).flatMap(({ text }) => textOf(text) ?? []),
      ...people,
      specimen: this.#specimen(observation['specimen']),
    };
  }

  #battery(observation: Node, depth: number): Battery {
    return { kind: 'battery', ...compact(this.#common(observation)), items: this.#membersOf(observation, depth) } as Battery;
  }

  #isolate(observation: Node, depth: number): Isolate {
    const { code, ...common } = this.#common(observation);
    const strain = this.#bundle.resolve(observation['specimen']);
    const own = isResource(strain, 'Specimen') && this.#strains.has(strain) ? readSpecimen(strain, this.#bundle) : undefined;
    const organism = readConcept(observation['valueCodeableConcept']) ?? own?.type ?? {};
    const items = this.#membersOf(observation, depth);
    const isSpecific = code?.code !== undefined && code.code !== BACTERIA;
    const said = { code: isSpecific ? code : undefined, specimenIds: own?.ids, interpretations: interpretationsOf(observation) };
    return { kind: 'isolate', ...compact({ ...common, ...said, organism }), items } as Isolate;
  }

  #result(observation: Node): Result {
    const common = this.#common(observation);
    const [reference, ...otherReferences] = nodesOf(observation['referenceRange']).flatMap((range) => readReference(range) ?? []);
    const device = readParticipant(observation['device'], this.#bundle);
    const parts = nodesOf(observation['component']).filter((component) => isSameCode(component, observation));
    const value = readValue(observation);
    return compact({
      kind: 'result' as const,
      ...common,
      comments: withReason(common.comments, value),
      code: asResultCode(common.code),
      value,
      otherValues: parts.flatMap((part) => readValue(part) ?? []),
      interpretations: interpretationsOf(observation),
      method: readConcept(observation['method']),
      device,
      reference,
      otherReferences,
      media: nodesOf(observation['derivedFrom']).flatMap((one) => {
        const resource = this.#bundle.resolve(one);
        return isResource(resource, 'Media') ? this.#media(resource) : [];
      }),
    }) as Result;
  }

  #people(observation: Node) {
    const people = nodesOf(observation['performer']).flatMap((reference) => {
      const person = readParticipant(reference, this.#bundle);
      const function_ = nodesOf(reference['extension']).find(({ url }) => url === PERFORMER_FUNCTION);
      const role = nodesOf(nodeOf(function_?.['valueCodeableConcept'])['coding']).flatMap(({ code }) => textOf(code) ?? [])[0];
      return person ? [{ person, role }] : [];
    });
    const named = people.filter(({ person }) => person.name !== undefined || person.ids.length > 0);
    const as = (type: string) => named.filter(({ role }) => role === type).map(({ person }) => person);
    return {
      performer: named.find(({ role }) => role === undefined || role === 'PRF')?.person,
      authors: as('AUT'),
      validators: as('AUTHEN'),
      participants: named.flatMap(({ person, role }) => (role === undefined || NAMED_ROLES.has(role) ? [] : [{ type: role, ...person }])),
    };
  }

  #specimen(reference: unknown): Specimen | undefined {
    const specimen = this.#bundle.resolve(reference);
    if (!isResource(specimen, 'Specimen')) return undefined;
    const parent = this.#bundle.resolve(nodesOf(specimen['parent'])[0]);
    const from = isResource(parent, 'Specimen') && parent !== specimen ? readSpecimen(parent, this.#bundle) : undefined;
    if (this.#strains.has(specimen)) return from;
    const own = readSpecimen(specimen, this.#bundle);
    // A part of another was taken with it.
    return from ? { ...own, ...compact({ sampledAt: own.sampledAt ?? from.sampledAt, site: own.site ?? from.site }) } : own;
  }

  #media(media: Node): (Image | Attachment)[] {
    this.#seen.add(media);
    const content = nodeOf(media['content']);
    const base64 = textOf(content['data'])?.replace(/\s+/g, '');
    const mediaType = textOf(content['contentType']);
    if (base64 === undefined || mediaType === undefined) return [];
    const ref = textOf(content['title']);
    const id = nodesOf(media['identifier']).flatMap((one) => readIdentifier(one) ?? [])[0];
    if (mediaType.startsWith('image/') && !id) return [compact({ kind: 'image' as const, ref, mediaType, base64 }) as Image];
    const at = hl7OfFhir(textOf(media['createdDateTime']));
    return [
      compact({
        kind: 'attachment' as const,
        id,
        status: 'completed',
        type: readConcept(media['modality']),
        at,
        ref,
        mediaType,
        base64,
      }) as Attachment,
    ];
  }
}

/** A second specimen of one act: Observation.specimen holds one. Ours; other readers find it in DiagnosticReport.specimen. */
export const OTHER_SPECIMEN = 'urn:cigogne:fhir:other-specimen';

export function readSpecimen(specimen: Node, bundle: Bundle): Specimen {
  const collection = nodeOf(specimen['collection']);
  const period = nodeOf(collection['collectedPeriod']);
  return compact({
    ids: [...nodesOf(specimen['identifier']), nodeOf(specimen['accessionIdentifier'])].flatMap((one) => readIdentifier(one) ?? []),
    type: readConcept(specimen['type']),
    act: readConcept(collection['method']),
    sampledAt: hl7OfFhir(textOf(collection['collectedDateTime']) ?? textOf(period['end']) ?? textOf(period['start'])),
    receivedAt: hl7OfFhir(textOf(specimen['receivedTime'])),
    site: readConcept(collection['bodySite']),
    sampler: readParticipant(collection['collector'], bundle),
    comments: nodesOf(specimen['note']).flatMap(({ text }) => textOf(text) ?? []),
  }) as Specimen;
}

const isResource = (resource: Node | undefined, type: string): resource is Node => resource?.['resourceType'] === type;

function timeOf(observation: Node): string | undefined {
  const period = nodeOf(observation['effectivePeriod']);
  return hl7OfFhir(
    textOf(observation['effectiveDateTime']) ?? textOf(observation['effectiveInstant']) ?? textOf(period['end']) ?? textOf(period['start']),
  );
}

/** A result is coded by LOINC or not coded: another system is the laboratory's own, kept as a translation. */
function asResultCode(code: Coded | undefined): Coded {
  if (!code) return { originalText: 'sans libellé' };
  if (code.system === LOINC || code.code === undefined) return code;
  const { translations, originalText, ...own } = code;
  const words = originalText ?? own.display;
  return { ...(words !== undefined && { originalText: words }), translations: [own, ...(translations ?? [])] };
}

function interpretationsOf(holder: Node): string[] {
  return nodesOf(holder['interpretation']).flatMap((concept) => {
    const codes = nodesOf(concept['coding']);
    const known = codes.find(({ system }) => oidOfSystem(String(system)) === '2.16.840.1.113883.5.83') ?? codes[0];
    return textOf(known?.['code']) ?? textOf(concept['text']) ?? [];
  });
}

/** Why there is no value, in words: a comment too, since other formats have no other place for it. */
function withReason(comments: string[], value: ResultValue | undefined): string[] {
  const words = value?.type === 'absent' ? value.reason?.originalText : undefined;
  return words === undefined || comments.includes(words) ? comments : [...comments, words];
}

/** Roles that have a place of their own in the model. */
const NAMED_ROLES: ReadonlySet<string> = new Set(['PRF', 'AUT', 'AUTHEN']);

/** A component of the same code is another value of the same result (older documents carry several); the others are results of their own. */
function isSameCode(component: Node, observation: Node): boolean {
  return JSON.stringify(component['code']) === JSON.stringify(observation['code']);
}

function componentsOf(observation: Node, own: Result): Result[] {
  return nodesOf(observation['component'])
    .filter((component) => !isSameCode(component, observation))
    .map((component) => {
      const [reference, ...otherReferences] = nodesOf(component['referenceRange']).flatMap((range) => readReference(range) ?? []);
      return compact({
        kind: 'result' as const,
        code: asResultCode(readConcept(component['code'])),
        status: own.status,
        at: own.at,
        value: readValue(component),
        interpretations: interpretationsOf(component),
        method: own.method,
        specimen: own.specimen,
        reference,
        otherReferences,
      }) as Result;
    });
}

/** The Specimens of organisms: of the type that is found (EU laboratory report, IHE), or taken from another by what an organism is found in. */
function strainsIn(bundle: Bundle): ReadonlySet<Node> {
  const strains = new Set<Node>();
  for (const observation of bundle.all('Observation')) {
    if (!isOrganism(observation)) continue;
    const specimen = bundle.resolve(observation['specimen']);
    if (!isResource(specimen, 'Specimen')) continue;
    if (nodesOf(specimen['parent']).length > 0 || isSameNotion(specimen['type'], observation['valueCodeableConcept']))
      strains.add(specimen);
  }
  return strains;
}

function isSameNotion(one: unknown, other: unknown): boolean {
  const [a, b] = [nodeOf(one), nodeOf(other)];
  const keys = new Set(nodesOf(a['coding']).map(({ system, code }) => `${textOf(system)}|${textOf(code)}`));
  if (nodesOf(b['coding']).some(({ system, code }) => keys.has(`${textOf(system)}|${textOf(code)}`))) return true;
  return a['text'] !== undefined && a['text'] === b['text'];
}

function isOrganism(observation: Node): boolean {
  if (observation['valueCodeableConcept'] === undefined) return false;
  return nodesOf(nodeOf(observation['code'])['coding']).some(({ code }) => ORGANISM_CODES.has(textOf(code) ?? ''));
}

export const DATA_ABSENT = 'http://hl7.org/fhir/StructureDefinition/data-absent-reason';
const isAbsentCode = (code: unknown) => nodesOf(nodeOf(code)['extension']).some(({ url }) => url === DATA_ABSENT);
