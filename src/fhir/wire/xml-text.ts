/**
 * A resource as XML, as FHIR R4 §2.6.1 has it: the elements in the order of their definitions, values in attributes.
 */

/** Elements of what is served here, in the order of R4; an element with no line has been made in its order. */
const ORDER: Readonly<Record<string, readonly string[]>> = Object.fromEntries(
  Object.entries({
    Bundle: 'identifier type timestamp total link entry signature',
    'Bundle.entry': 'link fullUrl resource search request response',
    Patient:
      'identifier active name telecom gender birthDate deceasedBoolean deceasedDateTime address maritalStatus multipleBirthBoolean multipleBirthInteger photo contact communication generalPractitioner managingOrganization link',
    Observation:
      'identifier basedOn partOf status category code subject focus encounter effectiveDateTime issued performer valueQuantity valueCodeableConcept valueString valueRatio valueDateTime dataAbsentReason interpretation note bodySite method specimen device referenceRange hasMember',
    DiagnosticReport:
      'identifier basedOn status category code subject encounter effectiveDateTime issued performer resultsInterpreter specimen result imagingStudy media conclusion conclusionCode presentedForm',
    Specimen:
      'identifier accessionIdentifier status type subject receivedTime parent request collection processing container condition note',
    DocumentReference:
      'masterIdentifier identifier status docStatus type category subject date author authenticator custodian relatesTo description securityLabel content context',
    List: 'identifier status mode title code subject encounter date source orderedBy note entry emptyReason',
    Organization: 'identifier active type name alias telecom address partOf contact endpoint',
    Practitioner: 'identifier active name telecom address gender birthDate photo qualification communication',
    PractitionerRole:
      'identifier active period practitioner organization code specialty location healthcareService telecom availableTime notAvailable availabilityExceptions endpoint',
    AuditEvent: 'type subtype action period recorded outcome outcomeDesc purposeOfEvent agent source entity',
    'AuditEvent.entity': 'what type role lifecycle securityLabel name description query detail',
    Subscription: 'status contact end reason criteria error channel',
    OperationOutcome: 'issue',
    'OperationOutcome.issue': 'severity code details diagnostics location expression',
    CapabilityStatement:
      'url version name title status experimental date publisher contact description useContext jurisdiction purpose copyright kind instantiates imports software implementation fhirVersion format patchFormat implementationGuide rest messaging document',
  }).map(([path, names]) => [path, names.split(' ')]),
);

const OF_RESOURCE = 'id meta implicitRules language text contained extension modifierExtension'.split(' ');
const OF_ELEMENT = 'extension modifierExtension'.split(' ');

/** Data types whose makers write what is named last before the rest. */
const LAST: ReadonlySet<string> = new Set(['display']);

const ESCAPES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  '\n': '&#10;',
  '\r': '&#13;',
  '\t': '&#9;',
};
// What XML 1.0 has no place for, not even as a reference.
const FORBIDDEN = /(?![\t\n\r])\p{Cc}|[\ufffe\uffff]/gu;
const escaped = (text: string) => text.replace(FORBIDDEN, '').replace(/[&<>"\n\r\t]/g, (one) => ESCAPES[one]!);

type Holder = Readonly<Record<string, unknown>>;
const isHolder = (value: unknown): value is Holder => typeof value === 'object' && value !== null && !Array.isArray(value);
/** A decimal with its digits, as `decimal` of resource.ts makes it. */
const digitsOf = (value: unknown): string | undefined =>
  (JSON as JSON & { isRawJSON(value: unknown): boolean }).isRawJSON(value) ? (value as { rawJSON: string }).rawJSON : undefined;

/** @param body a resource of FHIR in JSON */
export function xmlText(body: Holder): string {
  return `<?xml version="1.0" encoding="UTF-8"?>${resourceText(body, ' xmlns="http://hl7.org/fhir"')}`;
}

function resourceText(resource: Holder, namespace = ''): string {
  const type = String(resource['resourceType']);
  return `<${type}${namespace}>${childrenText(resource, type, true)}</${type}>`;
}

function childrenText(holder: Holder, path: string, isResource: boolean): string {
  const names = new Set(Object.keys(holder).map((name) => (name.startsWith('_') ? name.slice(1) : name)));
  names.delete('resourceType');
  if (!isResource) names.delete('id');
  return inOrder([...names], path, isResource ? OF_RESOURCE : OF_ELEMENT)
    .map((name) => elementText(name, holder[name], holder[`_${name}`], path))
    .join('');
}

function inOrder(names: string[], path: string, common: readonly string[]): string[] {
  const own = ORDER[path] ?? [];
  const rank = (name: string) => {
    if (common.includes(name)) return common.indexOf(name);
    if (own.includes(name)) return common.length + own.indexOf(name);
    return LAST.has(name) && own.length === 0 ? Number.MAX_SAFE_INTEGER : common.length + own.length;
  };
  return names.toSorted((a, b) => rank(a) - rank(b));
}

/** `beside`: the `_name` of a simple value, with its id and extensions. */
function elementText(name: string, value: unknown, beside: unknown, path: string): string {
  if (Array.isArray(value) || Array.isArray(beside)) {
    const [values, besides] = [value, beside].map((one) => (Array.isArray(one) ? (one as unknown[]) : []));
    const length = Math.max(values!.length, besides!.length);
    return Array.from({ length }, (_, n) => elementText(name, values![n] ?? undefined, besides![n] ?? undefined, path)).join('');
  }
  // A narrative is XHTML already.
  if (name === 'div' && typeof value === 'string' && value.startsWith('<div')) return value;
  const digits = digitsOf(value);
  if (isHolder(value) && digits === undefined) {
    if (value['resourceType'] !== undefined) return `<${name}>${resourceText(value)}</${name}>`;
    const isExtension = name === 'extension' || name === 'modifierExtension';
    const inner = isExtension ? withoutUrl(value) : value;
    return `<${name}${attribute('id', value['id'])}${isExtension ? attribute('url', value['url']) : ''}${bodyOf(childrenText(inner, `${path}.${name}`, false), name)}`;
  }
  if (value === undefined && !isHolder(beside)) return '';
  const inner = isHolder(beside) ? childrenText(beside, `${path}.${name}`, false) : '';
  const id = isHolder(beside) ? attribute('id', beside['id']) : '';
  return `<${name}${id}${attribute('value', digits ?? value)}${bodyOf(inner, name)}`;
}

const withoutUrl = ({ url: _url, ...rest }: Holder): Holder => rest;
const attribute = (name: string, value: unknown) => (value === undefined ? '' : ` ${name}="${escaped(String(value))}"`);
const bodyOf = (inner: string, name: string) => (inner === '' ? '/>' : `>${inner}</${name}>`);
