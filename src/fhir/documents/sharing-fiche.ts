import {
  type DescribedDocument,
  type DocumentHeader,
  type DocumentMetadata,
  type Hl7Time,
  type Identifier,
  metadataOf,
  readClinicalDocument,
  readLabReport,
  uriOfSystem,
} from '#formats';
import { readHl7Time, Refusal } from '#kernel';
import { idText, type Mask } from '#record';
import { VISIBILITY } from '../make/document.ts';
import { uriOf } from '../make/observation.ts';
import { identifierOf } from '../make/report.ts';
import { compact } from '../wire/resource.ts';

/** A document as the comprehensive fiche of PDSm 3.1.1 describes it to another server: all that the profile wants, from what the document itself says. */

export interface Described {
  metadata: DocumentMetadata;
  /** The structure that keeps the original. */
  custodian: DocumentHeader['custodian'];
  /** Identifiers of what it replaces, `root^extension`. */
  replaces: string[];
}

/** @throws Refusal when it is no CDA */
export function describe(bytes: Buffer, zone: string): Described {
  const { document, ...file } = read(bytes);
  const metadata = metadataOf(document, { bytes, mimeType: 'text/xml', ...file }, zone);
  return { metadata, custodian: document.custodian, replaces: document.replaces.map(idText) };
}

/** A report tells its templates by its format, any other document by themselves; the type of what an unstructured one holds is told beside. */
function read(bytes: Buffer): { document: DescribedDocument & DocumentHeader; bodyType?: string } {
  try {
    return { document: readLabReport(bytes, 'application/xml') };
  } catch (error) {
    if (!(error instanceof Refusal) || error.code !== 'report.not-a-lab-report') throw error;
    const { templates, format: _, body, ...header } = readClinicalDocument(bytes, 'application/xml');
    return { document: { ...header, templates: templates.map(({ root }) => root) }, ...(body && { bodyType: body.mediaType }) };
  }
}

const identifier = ({ root, extension }: Identifier) =>
  extension === undefined ? { system: 'urn:ietf:rfc:3986', value: uriOf(root) } : { system: uriOf(root), value: extension };

export const subjectOf = ({ patientId }: DocumentMetadata) => (patientId ? { identifier: identifier(patientId) } : undefined);

/** In what kind of place the documents were made. */
export const designationOf = ({ healthcareFacilityType }: DocumentMetadata) => concept(healthcareFacilityType);

interface Coded {
  code?: string;
  system?: string;
  display?: string;
}
const concept = ({ code, system, display }: Coded) => ({ coding: [compact({ system: system && uriOfSystem(system), code, display })] });

/** The same metadata as in XDM, in the words of FHIR; its SHA-1 in base64. */
export function ficheOf(
  { metadata: said, custodian, replaces }: Described,
  { binary, masks, zone }: { binary: string; masks: readonly Mask[]; zone: string },
): Record<string, unknown> {
  const at = (time: Hl7Time | undefined) => (time === undefined ? undefined : instant(time, zone));
  const authors = said.authors.map(({ organizations, ...author }, n) => roleOf(`author-${n}`, author, organizations[0]));
  const authenticator = said.legalAuthenticator && roleOf('authenticator', said.legalAuthenticator, undefined);
  const visibility = [...new Set([...said.visibility, ...masks])];
  const [number] = custodian.ids;
  return compact({
    resourceType: 'DocumentReference',
    contained: [
      ...authors,
      ...(authenticator ? [authenticator] : []),
      compact({ resourceType: 'Organization', id: 'custodian', identifier: number && [identifier(number)], name: custodian.name }),
      compact({ resourceType: 'Patient', id: 'source', identifier: said.sourcePatient.ids.map(identifier) }),
    ],
    masterIdentifier: identifierOf(idText(said.uniqueId)),
    status: 'current',
    type: concept(said.typeCode),
    category: [concept(said.classCode)],
    subject: subjectOf(said),
    date: at(said.createdAt),
    author: authors.map(({ id }) => ({ reference: `#${id}` })),
    authenticator: authenticator && { reference: '#authenticator' },
    custodian: { reference: '#custodian' },
    relatesTo: replaces.map((id) => ({ code: 'replaces', target: { identifier: identifierOf(id) } })),
    securityLabel: [concept(said.confidentiality), ...visibility.map((code) => ({ coding: [{ system: VISIBILITY, code }] }))],
    content: [
      {
        attachment: compact({
          contentType: 'application/xml',
          language: said.language ?? 'fr-FR',
          url: binary,
          size: said.size,
          hash: Buffer.from(said.hash, 'hex').toString('base64'),
          title: said.title,
          creation: at(said.createdAt),
        }),
        ...(said.formatCode.code !== undefined && { format: concept(said.formatCode).coding[0] }),
      },
    ],
    context: compact({
      event: said.eventCodes.map(concept),
      period: compact({ start: at(said.serviceStart ?? said.createdAt), end: at(said.serviceStop) }),
      facilityType: concept(said.healthcareFacilityType),
      practiceSetting: concept(said.practiceSetting),
      sourcePatientInfo: { reference: '#source' },
    }),
  });
}

function roleOf(
  id: string,
  { name, device, id: number }: Omit<DocumentMetadata['authors'][number], 'organizations'>,
  place: { name?: string } | undefined,
) {
  const words = [name?.given, name?.family].filter(Boolean).join(' ') || (device ?? place?.name ?? '');
  return compact({
    resourceType: 'PractitionerRole',
    id,
    practitioner: compact({ identifier: number && identifier(number), display: words }),
    organization: place?.name === undefined ? undefined : { display: place.name },
  });
}

function instant(time: Hl7Time, zone: string): string | undefined {
  const read = readHl7Time(time, time.length > 'YYYYMMDD'.length ? 'UTC' : zone);
  return read && new Date(read.epochMs).toISOString();
}
