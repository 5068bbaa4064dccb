import { LABORATORY_IN_TOWN, uriOfSystem } from '#formats';
import type { DocumentAuthor, DocumentItem, Mask } from '#record';
import { documentId, plainId, seriesId } from '../wire/ids.ts';
import { uriOf } from './observation.ts';
import { identifierOf } from './report.ts';
import { compact, type Resource, versionedByContent } from '../wire/resource.ts';

export const VISIBILITY = 'https://mos.esante.gouv.fr/NOS/TRE_A07-StatusVisibiliteDocument/FHIR/TRE-A07-StatusVisibiliteDocument';
/** Labels that hide a document (TRE_A07). */
export const MASKS: readonly Mask[] = ['MASQUE_PS', 'INVISIBLE_PATIENT', 'INVISIBLE_REPRESENTANTS_LEGAUX'];
export const ARCHIVED = 'https://interop.esante.gouv.fr/ig/fhir/pdsm/StructureDefinition/pdsm-ext-is-archived';
/** XDS kind of a reference identifier: the order that the document answers. */
const ORDER = { coding: [{ system: 'urn:ietf:rfc:3986', code: 'urn:ihe:iti:xds:2013:order' }] };
const RELATIONS = { replaces: 'replaces', 'adds-to': 'appends', transforms: 'transforms', signs: 'signs' } as const;

/** The identifier of a document as a token (`system|value`), back in the record's own form; the other way round is `identifierOf`. */
export function idTextOf(token: string): string | undefined {
  const [, system = '', value = ''] = /^([^|]*)\|?(.*)$/s.exec(token) ?? [];
  const plain = (uri: string) => uri.replace(/^urn:oid:(?=[0-2]\.)/, '');
  if (value === '') return system === '' || token.includes('|') ? undefined : plain(system);
  return system === 'urn:ietf:rfc:3986' || system === '' ? plain(value) : `${plain(system)}^${value}`;
}

interface Code {
  code: string;
  system?: string;
  display?: string;
}
const concept = ({ code, system, display }: Partial<Code>) => ({
  coding: [compact({ system: system && uriOfSystem(system), code, display })],
});

/**
 * An entry of the registry as a DocumentReference (PDSm, comprehensive). `hasFile`: nothing of it is hidden from this reader, so the file can be
 * opened. `receivedAt`: when each document that this reader may see came; a relation to another is not told.
 */
export function documentReference(
  item: DocumentItem,
  { patientId, hasFile, receivedAt }: { patientId: string; hasFile: boolean; receivedAt: ReadonlyMap<string, string> },
): Resource {
  const id = documentId(patientId, item.documentId);
  const status = item.status === 'deleted' ? 'entered-in-error' : item.current ? 'current' : 'superseded';
  const attachment = compact({
    contentType: item.mediaType,
    language: item.language ?? 'fr-FR',
    url: hasFile ? `Binary/${id}` : undefined,
    size: hasFile ? item.sizeBytes : undefined,
    hash: hasFile ? item.sha1 : undefined,
    title: item.title,
    creation: item.issuedAt,
  });
  // What a report of biology does not say of its place and its form is what a laboratory in town sends.
  const { format, facilityType, practiceSetting } = { ...(item.kind === 'laboratory-report' && defaultsOf(item)), ...item };
  const roles = rolesOf(item);
  const resource = compact<Resource>({
    resourceType: 'DocumentReference',
    id,
    meta: { versionId: '', lastUpdated: lastChange(item, receivedAt) },
    contained: roles.contained,
    extension: item.status === 'archived' ? [{ url: ARCHIVED, valueBoolean: true }] : [],
    masterIdentifier: identifierOf(item.uniqueId),
    identifier: [identifierOf(item.setId)],
    status,
    type: concept(item.type),
    category: [concept(item.class)],
    subject: { reference: `Patient/${patientId}` },
    date: item.receivedAt,
    author: roles.author,
    authenticator: roles.authenticator,
    custodian: { reference: `Organization/${plainId(item.structure.finess)}`, display: item.structure.name },
    relatesTo: item.relations.flatMap(({ kind, documentId: target }) =>
      target !== undefined && receivedAt.has(target)
        ? [{ code: RELATIONS[kind], target: { reference: `DocumentReference/${documentId(patientId, target)}` } }]
        : [],
    ),
    description: item.detail || undefined,
    securityLabel: [
      { coding: [{ system: 'http://terminology.hl7.org/CodeSystem/v3-Confidentiality', code: item.confidentiality }] },
      ...item.masks.map(({ mask }) => ({ coding: [{ system: VISIBILITY, code: mask }] })),
    ],
    // One, as the profiles have it: the PDF that a document encloses is the same file, asked for as a PDF (ITI-68).
    content: [compact({ attachment, format: format && concept(format).coding[0] })],
    context: compact({
      event: (item.events ?? []).map(concept),
      period: compact({ start: item.servedAt, end: item.servedUntil }),
      facilityType: facilityType && concept(facilityType),
      practiceSetting: practiceSetting && concept(practiceSetting),
      sourcePatientInfo: { reference: `Patient/${patientId}` },
      related: (item.orders ?? []).map((order) => ({ identifier: { type: ORDER, ...identifierOf(order) } })),
    }),
  });
  // Its file and its relations are told or not with what is hidden from this reader: its version says so.
  return versionedByContent(resource);
}

const defaultsOf = ({ mediaType }: DocumentItem) => {
  const { format, ...place } = LABORATORY_IN_TOWN;
  return mediaType.endsWith('xml') && !mediaType.includes('fhir') ? { format, ...place } : place;
};

/** Who wrote it and who answers for it, as resources within it (PDSm: `contained`), each with words for who reads no further than the reference. */
function rolesOf({ authors, authenticator, structure }: DocumentItem) {
  const role = (id: string, who: DocumentAuthor | undefined) => {
    // Of whom nothing is said, the structure is.
    const { name = '', id: person, institution = name === '' ? structure.name : undefined } = who ?? {};
    const number = person?.startsWith('rpps:') ? { system: 'urn:oid:1.2.250.1.71.4.2.1', value: person.slice('rpps:'.length) } : undefined;
    const isOfStructure = institution === structure.name;
    return {
      contained: compact({
        resourceType: 'PractitionerRole',
        id,
        practitioner: name === '' && !number ? undefined : compact({ identifier: number, display: name || undefined }),
        organization:
          institution === undefined
            ? undefined
            : compact({ reference: isOfStructure ? `Organization/${plainId(structure.finess)}` : undefined, display: institution }),
      }),
      reference: compact({
        reference: `#${id}`,
        identifier: number,
        display: [name, institution].filter((words) => words !== undefined && words !== '').join(', '),
      }),
    };
  };
  const written = authors.length > 0 ? authors.map((author, n) => role(`author-${n + 1}`, author)) : [role('author-1', undefined)];
  const own = authors.findIndex(({ name, id }) => name === authenticator?.name && id === authenticator.id);
  const answering = authenticator && (own >= 0 ? written[own]! : role('authenticator', authenticator));
  return {
    contained: [...written, ...(answering && own < 0 ? [answering] : [])].map(({ contained }) => contained),
    author: written.map(({ reference }) => reference),
    authenticator: answering?.reference,
  };
}

/** A replaced one changed when the one that replaces it came. */
export const lastChange = (
  { receivedAt: own, changedAt = '', supersededBy = '', arrivals }: DocumentItem,
  receivedAt: ReadonlyMap<string, string>,
) => [own, changedAt, receivedAt.get(supersededBy) ?? '', ...arrivals.map(({ at }) => at)].reduce((a, b) => (a > b ? a : b));

/** What was sent together (PDSm, submission set), with the documents of it that this reader may see. */
export function submissionSet(
  submission: { uniqueId: string; documentIds: readonly string[]; submittedAt: Date; metadata: string },
  { patientId, receivedAt }: { patientId: string; receivedAt: ReadonlyMap<string, string> },
): Resource {
  const { uniqueId, documentIds, submittedAt, metadata } = submission;
  const said = JSON.parse(metadata) as Record<string, unknown>;
  const { contained, extension, source, title } = said['resourceType'] === 'List' ? said : { title: said['title'] };
  const date = submittedAt.toISOString();
  // Which of its documents are told moves with what is hidden: its version says so, so that nobody takes an old one for the present one.
  return versionedByContent(
    compact({
      resourceType: 'List',
      id: seriesId(patientId, 'submission', uniqueId),
      // Its date is what its sender says of it: that of another clock, or of a day when it could not be sent.
      meta: { versionId: '', lastUpdated: documentIds.map((id) => receivedAt.get(id) ?? '').reduce((a, b) => (a > b ? a : b), '') || date },
      contained,
      extension,
      identifier: [{ use: 'usual', system: 'urn:ietf:rfc:3986', value: uriOf(uniqueId) }],
      status: 'current',
      mode: 'working',
      title,
      code: { coding: [{ system: 'https://profiles.ihe.net/ITI/MHD/CodeSystem/MHDlistTypes', code: 'submissionset' }] },
      subject: { reference: `Patient/${patientId}` },
      date,
      source,
      entry: documentIds.map((document) => ({ item: { reference: `DocumentReference/${documentId(patientId, document)}` } })),
    }),
  );
}
