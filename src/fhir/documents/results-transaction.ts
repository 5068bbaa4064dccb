import { type LabReport, writeFhir } from '#formats';
import { decimal } from '../wire/resource.ts';
import type { SharingRequest } from './sharing-client.ts';
import { describe, ficheOf } from './sharing-fiche.ts';

const URI = 'urn:ietf:rfc:3986';

interface Identifier {
  system?: string;
  value?: string;
}
type Resource = Record<string, unknown> & { resourceType: string };

/** People and places have numbers of their own, by which a server knows them again. */
const KNOWN: ReadonlySet<string> = new Set(['Patient', 'Practitioner', 'PractitionerRole', 'Organization', 'Device']);

/**
 * A laboratory report as a transaction of its resources, as a laboratory sends it to the FHIR door (README, « Writing »): Patient, Observations, DiagnosticReport and Composition, and
 * the DocumentReference of its CDA, by which it is withdrawn. Each resource is made once (`ifNoneExist`): the same request again changes nothing.
 * @throws Refusal when the bytes are no CDA
 */
export function resultsTransaction({ report, bytes }: { report: LabReport; bytes: Buffer }, zone: string): SharingRequest {
  const written = parseKeepingDigits(writeFhir(report, { zone })) as {
    identifier: Identifier;
    entry: { fullUrl: string; resource: Resource }[];
  };
  const { entry: entries } = written;
  const binary = urnBeside(entries[0]!.fullUrl, 'b');
  const fiche = ficheOf(describe(bytes, zone), { binary, masks: [], zone }) as unknown as Resource;
  const all = [
    ...entries,
    { fullUrl: urnBeside(entries[0]!.fullUrl, 'd'), resource: fiche },
    { fullUrl: binary, resource: { resourceType: 'Binary', contentType: 'application/xml', data: bytes.toString('base64') } },
  ];
  const body = {
    resourceType: 'Bundle',
    // Of a transaction too: it names the version, where its resources name the series.
    identifier: written.identifier,
    type: 'transaction',
    entry: all.map(({ fullUrl, resource }) => entryOf(fullUrl, resource)),
  };
  return { method: 'POST', path: '', body: JSON.stringify(body) };
}

function entryOf(fullUrl: string, resource: Resource) {
  const { resourceType: type } = resource;
  const own = type === 'Observation' || type === 'DiagnosticReport' || type === 'Specimen' || type === 'ServiceRequest';
  const said = own ? { ...resource, identifier: [...listOf(resource['identifier']), { system: URI, value: fullUrl }] } : resource;
  const condition = own ? tokenOf({ system: URI, value: fullUrl }) : conditionOf(resource);
  return { fullUrl, resource: said, request: { method: 'POST', url: type, ...(condition !== undefined && { ifNoneExist: condition }) } };
}

function conditionOf(resource: Resource): string | undefined {
  const [first] = listOf(resource['identifier']);
  const token = first && tokenOf(first);
  if (KNOWN.has(resource.resourceType)) return token;
  if (resource.resourceType === 'DocumentReference') return tokenOf(resource['masterIdentifier'] as Identifier);
  // A series has one identifier in all its versions: its date tells which.
  if (resource.resourceType === 'Composition' && token !== undefined)
    return `${token}&date=${encodeURIComponent(String(resource['date']))}`;
  return undefined;
}

const listOf = (value: unknown): Identifier[] => (Array.isArray(value) ? (value as Identifier[]) : value ? [value as Identifier] : []);

const tokenOf = ({ system, value }: Identifier): string | undefined =>
  value === undefined ? undefined : `identifier=${encodeURIComponent(system === undefined ? value : `${system}|${value}`)}`;

/** `5.60` stays `5.60`. */
const parseKeepingDigits = (text: string): unknown =>
  JSON.parse(text, ((_key: string, value: unknown, { source }: { source: string }) =>
    typeof value === 'number' ? decimal(source) : value) as (key: string, value: unknown) => unknown);

/** Another name made of this one: the same report gives the same request. */
const urnBeside = (urn: string, digit: string): string => `${urn.slice(0, -1)}${urn.endsWith(digit) ? '0' : digit}`;
