import type { Battery, Entry, Image, Attachment, Isolate, Item, LabReport, Participant, Result, Section, Specimen } from '../lab-report.ts';
import type { BundleWriter } from './bundle-writer.ts';
import { compact, type Node } from './json.ts';
import { DATA_ABSENT, OTHER_SPECIMEN, PERFORMER_FUNCTION, TEMPLATES } from './read-results.ts';
import { writeConcept, writeIdentifier } from './systems.ts';
import { fhirOfHl7 } from './times.ts';
import { writeOrganization, writeParticipant } from './write-people.ts';
import { absence, type WriteContext, writeInterpretation, writeReference, writeValue } from './write-values.ts';

const OBSERVATION_PROFILE = 'http://hl7.eu/fhir/laboratory/StructureDefinition/Observation-resultslab-eu-lab';
const LABORATORY = { coding: [{ system: 'http://terminology.hl7.org/CodeSystem/observation-category', code: 'laboratory' }] };
const STATUSES: Readonly<Record<string, string>> = { completed: 'final', active: 'preliminary', aborted: 'cancelled' };

/** Writes the results of a report as Observations and Specimens of its Bundle. */
export class ResultWriter {
  readonly #bundle: BundleWriter;
  readonly #context: WriteContext;
  readonly #subject: Node;
  readonly #report: LabReport;
  /** References of all specimens, for DiagnosticReport.specimen. */
  readonly specimens = new Map<string, Node>();

  constructor(bundle: BundleWriter, report: LabReport, subject: Node, context: WriteContext) {
    this.#bundle = bundle;
    this.#report = report;
    this.#subject = subject;
    this.#context = context;
  }

  /** @returns the references of a section's entries, in order */
  section(section: Section): Node[] {
    return section.entries.flatMap((entry) => (entry.isBare ? this.#items(entry.items, section, undefined) : [this.#act(entry, section)]));
  }

  #act(entry: Entry, section: Section): Node {
    const specimens = (entry.specimens ?? []).map((specimen) => this.#specimen(specimen));
    const [specimen, ...others] = specimens;
    return this.#bundle.add({
      ...this.#group('act', entry, section),
      extension: others.map((valueReference) => ({ url: OTHER_SPECIMEN, valueReference })),
      specimen,
      hasMember: this.#items(entry.items, section, specimen),
    });
  }

  #items(items: readonly Item[], section: Section, specimen: Node | undefined): Node[] {
    return items.flatMap((item) => {
      switch (item.kind) {
        case 'result':
          return [this.#result(item, section, specimen)];
        case 'battery':
          return [this.#battery(item, section, specimen)];
        case 'isolate':
          return [this.#isolate(item, section, specimen)];
        case 'image':
        case 'attachment':
          return [this.#media(item)];
        case 'administration':
          return [];
      }
    });
  }

  /** A format that says one state for the whole report leaves no result of a preliminary one final. */
  #statusOf(status: string): string {
    const own = STATUSES[status] ?? 'final';
    const { format, events } = this.#report;
    return own === 'final' && format !== 'fhir' && events.some((event) => event.status === 'active') ? 'preliminary' : own;
  }

  /** What every grouping Observation says. A group without a code says that it has none. */
  #group(template: keyof typeof TEMPLATES, group: Entry | Battery | Isolate, section: Section): Node {
    const at = 'at' in group ? group.at : undefined;
    const code =
      'code' in group && group.code ? writeConcept(group.code) : { extension: [{ url: DATA_ABSENT, valueCode: 'not-applicable' }] };
    return {
      resourceType: 'Observation',
      meta: { profile: [OBSERVATION_PROFILE], tag: [{ system: 'urn:ietf:rfc:3986', code: TEMPLATES[template] }] },
      identifier: group.id && [writeIdentifier(group.id)],
      status: this.#statusOf(group.status),
      category: categoryOf(section),
      code,
      subject: this.#subject,
      effectiveDateTime: fhirOfHl7(at, this.#context.zone),
      performer: this.#performers(group),
      note: (group.comments ?? []).map((text) => ({ text })),
    };
  }

  #battery(battery: Battery, section: Section, inherited: Node | undefined): Node {
    const specimen = battery.specimen && this.#specimen(battery.specimen);
    return this.#bundle.add({
      ...this.#group('battery', battery, section),
      specimen,
      hasMember: this.#items(battery.items, section, specimen ?? inherited),
    });
  }

  /** The organism stands in the value of its Observation and in the type of its own Specimen, since readers look in either. */
  #isolate(isolate: Isolate, section: Section, parent: Node | undefined): Node {
    const specimen = this.#bundle.addOnce(
      compact({
        resourceType: 'Specimen',
        identifier: (isolate.specimenIds ?? []).map((id) => writeIdentifier(id)),
        type: writeConcept(isolate.organism),
        subject: this.#subject,
        parent: parent && [parent],
      }),
    );
    return this.#bundle.add({
      ...this.#group('isolate', isolate, section),
      code: { coding: [{ system: 'http://loinc.org', code: '634-6' }] },
      valueCodeableConcept: writeConcept(isolate.organism),
      specimen,
      hasMember: this.#items(isolate.items, section, specimen),
    });
  }

  #result(result: Result, section: Section, inherited: Node | undefined): Node {
    const code = writeConcept(result.code);
    return this.#bundle.add({
      resourceType: 'Observation',
      meta: { profile: [OBSERVATION_PROFILE] },
      identifier: result.id && [writeIdentifier(result.id)],
      status: this.#statusOf(result.status),
      category: categoryOf(section),
      code,
      subject: this.#subject,
      effectiveDateTime: fhirOfHl7(result.at, this.#context.zone),
      performer: this.#performers(result),
      ...(result.value ? writeValue(result.value, this.#context) : { dataAbsentReason: absence({ nullFlavor: 'UNK' }) }),
      component: (result.otherValues ?? []).map((value) => ({ code, ...writeValue(value, this.#context) })),
      interpretation: (result.interpretations ?? []).map(writeInterpretation),
      note: (result.comments ?? []).map((text) => ({ text })),
      method: result.method && writeConcept(result.method),
      specimen: result.specimen ? this.#specimen(result.specimen) : inherited,
      device: result.device && writeParticipant(result.device, this.#bundle),
      referenceRange: [result.reference, ...(result.otherReferences ?? [])].flatMap((range) =>
        range ? [writeReference(range, this.#context)] : [],
      ),
      derivedFrom: mediaOf(result).map((media) => this.#media(media)),
    });
  }

  /** The laboratory when the report names nobody: EU-laboratory wants a performer of each Observation. */
  #performers({
    performer,
    authors = [],
    validators = [],
    participants = [],
  }: Pick<Result, 'performer' | 'authors' | 'validators' | 'participants'>): Node[] {
    const as = (person: Participant, role: string) => ({
      extension: [
        {
          url: PERFORMER_FUNCTION,
          valueCodeableConcept: { coding: [{ system: 'http://terminology.hl7.org/CodeSystem/v3-ParticipationType', code: role }] },
        },
      ],
      ...writeParticipant(person, this.#bundle),
    });
    const named = [
      ...(performer ? [as(performer, 'PRF')] : []),
      ...authors.map((person) => as(person, 'AUT')),
      ...validators.map((person) => as(person, 'AUTHEN')),
      ...participants.map((person) => as(person, person.type)),
    ];
    return named.length > 0 ? named : [writeOrganization(this.#report.custodian, this.#bundle)];
  }

  #specimen(specimen: Specimen): Node {
    const { zone } = this.#context;
    const collection = compact({
      collector: specimen.sampler && writeParticipant(specimen.sampler, this.#bundle),
      collectedDateTime: fhirOfHl7(specimen.sampledAt, zone),
      method: specimen.act && writeConcept(specimen.act),
      bodySite: specimen.site && writeConcept(specimen.site),
    });
    const reference = this.#bundle.addOnce(
      compact({
        resourceType: 'Specimen',
        identifier: (specimen.ids ?? []).map((id) => writeIdentifier(id)),
        type: specimen.type && writeConcept(specimen.type),
        subject: this.#subject,
        receivedTime: fhirOfHl7(specimen.receivedAt, zone),
        collection: Object.keys(collection).length > 0 ? collection : undefined,
        note: (specimen.comments ?? []).map((text) => ({ text })),
      }),
    );
    this.specimens.set(reference.reference, reference);
    return reference;
  }

  #media(media: Image | Attachment): Node {
    return this.#bundle.add({
      resourceType: 'Media',
      identifier: media.kind === 'attachment' && media.id ? [writeIdentifier(media.id)] : undefined,
      status: 'completed',
      modality: media.kind === 'attachment' && media.type ? writeConcept(media.type) : undefined,
      subject: this.#subject,
      createdDateTime: media.kind === 'attachment' ? fhirOfHl7(media.at, this.#context.zone) : undefined,
      content: compact({ contentType: media.mediaType, data: media.base64, title: media.ref }),
    });
  }
}

/** Pictures of a result; a value that is a document has no other place in FHIR. */
function mediaOf({ media = [], value }: Result): (Image | Attachment)[] {
  if (value?.type !== 'attachment') return media;
  return [{ kind: 'attachment', mediaType: value.mediaType, base64: value.base64 }, ...media];
}

function categoryOf(section: Section): Node[] {
  return section.code?.code !== undefined && section.kind === 'chapter' ? [LABORATORY, writeConcept(section.code)] : [LABORATORY];
}
