import { type Allergy, type ClinicalDocument, contentOf, type Problem, type Procedure, type Treatment } from '#formats';
import type { DocumentItem } from '#record';
import { documentId, partId, plainId } from '../wire/ids.ts';
import { compact, type Reference, type Resource, versionedByContent } from '../wire/resource.ts';
import { concept, fhirTime, isSaid, named, productConcept, type Said } from './coded.ts';
import { medicationsOf } from './medication.ts';

/**
 * What a document says in coded entries, each as a resource of its own: as this document says it, beside what others say, never joined with them. An entry
 * keeps its identifier for as long as the document is the one in force: it is named by what it says.
 */
export function statedIn(
  item: Pick<DocumentItem, 'documentId' | 'uniqueId' | 'structure' | 'authors' | 'issuedAt' | 'receivedAt'>,
  document: ClinicalDocument,
  { patientId, zone }: { patientId: string; zone: string },
): Resource[] {
  const source = documentId(patientId, item.documentId);
  const ranks = new Map<string, number>();
  return [...medicationsOf(document, zone), ...othersOf(document, zone)].map(({ resourceType, said }) => {
    const what = `${resourceType} ${JSON.stringify(said)}`;
    const rank = ranks.get(what) ?? 0;
    ranks.set(what, rank + 1);
    const resource = compact<Resource>({
      resourceType,
      id: partId(source, `${what} ${rank}`),
      meta: { versionId: '', lastUpdated: item.receivedAt },
      ...said,
      ...whose(resourceType, { patientId, source, item }),
    });
    return versionedByContent(resource);
  });
}

/** Whose it is, who says so and when, under the names that each type has for them. */
function whose(
  type: string,
  { patientId, source, item }: { patientId: string; source: string; item: Pick<DocumentItem, 'structure' | 'authors' | 'issuedAt'> },
): Record<string, unknown> {
  const person = { reference: `Patient/${patientId}` };
  const document: Reference = { reference: `DocumentReference/${source}` };
  const structure = { reference: `Organization/${plainId(item.structure.finess)}`, display: item.structure.name };
  const [writer] = item.authors;
  const author = writer?.id?.startsWith('rpps:')
    ? { identifier: { system: 'urn:oid:1.2.250.1.71.4.2.1', value: writer.id.slice('rpps:'.length) }, display: writer.name }
    : undefined;
  switch (type) {
    case 'MedicationStatement':
      return { subject: person, dateAsserted: item.issuedAt, informationSource: structure, derivedFrom: [document] };
    case 'MedicationRequest':
      return { subject: person, authoredOn: item.issuedAt, requester: author ?? structure, supportingInformation: [document] };
    case 'Condition':
      return { subject: person, recordedDate: item.issuedAt, evidence: [{ detail: [document] }] };
    case 'Procedure':
      return { subject: person, report: [document] };
    case 'AllergyIntolerance':
      return { patient: person, recordedDate: item.issuedAt, extension: [saidIn(document)] };
    case 'Immunization':
      return { patient: person, recorded: item.issuedAt, primarySource: false, extension: [saidIn(document)] };
    default:
      return { patient: person, date: item.issuedAt, extension: [saidIn(document)] };
  }
}

/** Where a type has no element for the document that says it (R5 `workflow-supportingInfo`, on any resource). */
const saidIn = (document: Reference) => ({
  url: 'http://hl7.org/fhir/StructureDefinition/workflow-supportingInfo',
  valueReference: document,
});

function othersOf(document: ClinicalDocument, zone: string): Said[] {
  const { vaccinations, allergies, problems, procedures } = contentOf(document);
  return [
    ...vaccinations.map((one) => immunization(one, zone)),
    ...allergies.flatMap((one) => allergy(one, zone)),
    ...problems.flatMap((one) => (one.relative ? relative(one) : condition(one, zone))),
    ...procedures.flatMap((one) => procedure(one, zone)),
  ];
}

function immunization(one: Treatment, zone: string): Said {
  const at = fhirTime(one.start, zone);
  const said = {
    status: one.isNegated ? 'not-done' : 'completed',
    vaccineCode: productConcept(one),
    ...(at === undefined ? { occurrenceString: 'date non dite' } : { occurrenceDateTime: at }),
    lotNumber: one.entry.product?.lot,
    route: concept(one.route),
    note: one.instructions.filter(isSaid).map((text) => ({ text })),
  };
  return { resourceType: 'Immunization', said };
}

const CLINICAL = 'http://terminology.hl7.org/CodeSystem/allergyintolerance-clinical';
const VERIFICATION = 'http://terminology.hl7.org/CodeSystem/allergyintolerance-verification';
/** What R4 knows of severity; SNOMED CT. */
const SEVERITIES: Readonly<Record<string, string>> = { '255604002': 'mild', '6736007': 'moderate', '24484000': 'severe' };

/** An allergy that its document denies is `refuted`: a name alone would say the contrary. */
function allergy(one: Allergy, zone: string): Said[] {
  // An allergy to nothing: templates have one to say that none was found.
  const code = named(one.agent, { name: one.agentName, words: one.words });
  if (!code) return [];
  const isOver = one.end !== undefined || one.isNegated;
  const said = {
    // R4 wants one (ait-1); an allergy is one until its document says that it is over.
    clinicalStatus: { coding: [{ system: CLINICAL, code: isOver ? 'inactive' : 'active' }] },
    verificationStatus: one.isNegated ? { coding: [{ system: VERIFICATION, code: 'refuted' }] } : undefined,
    code,
    onsetDateTime: fhirTime(one.start, zone),
    note: one.severity?.display === undefined ? [] : [{ text: `sévérité : ${one.severity.display}` }],
    reaction: one.reactions
      .filter(({ isNegated }) => !isNegated)
      .flatMap(({ code, words, severity, start }) => {
        const manifestation = named(code, { words });
        if (!manifestation) return [];
        return [compact({ manifestation: [manifestation], severity: SEVERITIES[severity?.code ?? ''], onset: fhirTime(start, zone) })];
      }),
  };
  return [{ resourceType: 'AllergyIntolerance', said }];
}

/** Whether a problem lasts is said when its document says it, and not otherwise. */
function condition(one: Problem, zone: string): Said[] {
  const about = named(one.code, { words: one.words });
  if (!about) return [];
  const code = (system: string, value: string) => ({
    coding: [{ system: `http://terminology.hl7.org/CodeSystem/condition-${system}`, code: value }],
  });
  const end = fhirTime(one.end, zone);
  const isActive = one.status === 'active' && end === undefined;
  const said = {
    clinicalStatus: one.isNegated
      ? undefined
      : end !== undefined
        ? code('clinical', 'resolved')
        : isActive
          ? code('clinical', 'active')
          : undefined,
    verificationStatus: one.isNegated ? code('ver-status', 'refuted') : undefined,
    code: about,
    severity: concept(one.severity),
    onsetDateTime: fhirTime(one.start, zone),
    abatementDateTime: one.isNegated ? undefined : end,
  };
  return [{ resourceType: 'Condition', said }];
}

/** The problem of a relative is no problem of the patient. */
function relative(one: Problem): Said {
  const code = named(one.code, { words: one.words }) ?? { text: 'non dit' };
  const note = one.isNegated ? [{ text: 'nié par le document' }] : [];
  const said = { status: 'partial', relationship: concept(one.relative) ?? { text: 'non dit' }, condition: [compact({ code, note })] };
  return { resourceType: 'FamilyMemberHistory', said };
}

/** CDA statuses of an act; one without has no status that can be told. */
const STATUSES: Readonly<Record<string, string>> = {
  completed: 'completed',
  active: 'in-progress',
  aborted: 'stopped',
  suspended: 'on-hold',
};

function procedure(one: Procedure, zone: string): Said[] {
  const code = named(one.code, { words: one.words });
  if (!code) return [];
  const [start, end] = [fhirTime(one.start, zone), fhirTime(one.end, zone)];
  const said = {
    status: one.isNegated ? 'not-done' : (STATUSES[one.status ?? ''] ?? 'unknown'),
    code,
    ...(end === undefined || end === start ? { performedDateTime: start } : { performedPeriod: compact({ start, end }) }),
    reasonCode: one.reasons.flatMap((reason) => concept(reason.code) ?? []),
    bodySite: one.sites.flatMap((site) => concept(site) ?? []),
  };
  return [{ resourceType: 'Procedure', said }];
}
