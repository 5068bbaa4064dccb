import type { Coded, Identifier } from '../lab-report.ts';
import { compact, extensionOf, type Node, nodeOf, nodesOf, textOf } from './json.ts';

/** Code systems and identifier domains: OIDs of CDA and HL7 v2 ⇄ addresses of FHIR, and the other addresses that guides give the same things. */

/** Its address by FHIR says the name twice, with an underscore and with a hyphen. */
function nos(name: string): string {
  return `https://mos.esante.gouv.fr/NOS/${name}/FHIR/${name.replace('_', '-')}`;
}

const OID_BY_URI: ReadonlyMap<string, string> = new Map([
  ['http://loinc.org', '2.16.840.1.113883.6.1'],
  ['http://unitsofmeasure.org', '2.16.840.1.113883.6.8'],
  ['http://snomed.info/sct', '2.16.840.1.113883.6.96'],
  ['http://terminology.hl7.org/CodeSystem/v3-ObservationInterpretation', '2.16.840.1.113883.5.83'],
  ['http://terminology.hl7.org/CodeSystem/v3-ActCode', '2.16.840.1.113883.5.4'],
  ['http://terminology.hl7.org/CodeSystem/v3-Confidentiality', '2.16.840.1.113883.5.25'],
  ['http://terminology.hl7.org/CodeSystem/v3-AdministrativeGender', '2.16.840.1.113883.5.1'],
  ['http://terminology.hl7.org/CodeSystem/v2-0487', '2.16.840.1.113883.18.311'],
  ['http://hl7.org/fhir/sid/icd-10', '2.16.840.1.113883.6.3'],
  ['http://www.whocc.no/atc', '2.16.840.1.113883.6.73'],
  ['http://standardterms.edqm.eu', '0.4.0.127.0.16.1.1.2.1'],
  ['http://data.esante.gouv.fr/ansm/medicament/SpecialitePharmaceutique', '1.2.250.1.213.2.3.1'],
  ['http://data.esante.gouv.fr/ansm/medicament/Presentation', '1.2.250.1.213.2.3.2'],
  // Of the registry of documents, in the national nomenclatures (NOS): class, type outside of LOINC, format, setting, kind of place, visibility.
  [nos('TRE_A03-ClasseDocument'), '1.2.250.1.213.1.1.4.1'],
  [nos('TRE_A05-TypeDocComplementaire'), '1.2.250.1.213.1.1.4.12'],
  [nos('TRE_A06-FormatCodeComplementaire'), '1.2.250.1.213.1.1.4.2.282'],
  [nos('TRE_A11-IheFormatCode'), '1.3.6.1.4.1.19376.1.2.3'],
  [nos('TRE_A01-CadreExercice'), '1.2.250.1.213.1.1.4.9'],
  [nos('TRE_R02-SecteurActivite'), '1.2.250.1.71.4.2.4'],
  [nos('TRE_A07-StatusVisibiliteDocument'), '1.2.250.1.213.1.1.4.13'],
]);
const URI_BY_OID = new Map([...OID_BY_URI].map(([uri, oid]) => [oid, uri]));

const OID = /^(?:0|[1-2])(?:\.(?:0|[1-9]\d*))+$/;
const URN_OID = /^urn:oid:(.+)$/;
export const URI_SYSTEM = 'urn:ietf:rfc:3986';

const INS_DOMAIN = /^1\.2\.250\.1\.213\.1\.4\.(?:8|9|10|11)$/;
/** National identifier of structures and of professionals (IdNatStruct, IdNatPS). */
export const STRUCTURES = '1.2.250.1.71.4.2.2';
export const PROFESSIONALS = '1.2.250.1.71.4.2.1';

/** OID → the address by which FHIR knows the system. A root that is no OID is an address already. */
export function uriOfSystem(oid: string): string {
  return URI_BY_OID.get(oid) ?? (OID.test(oid) ? `urn:oid:${oid}` : oid);
}

export function oidOfSystem(uri: string): string {
  const known = OID_BY_URI.get(uri);
  const oid = known ?? URN_OID.exec(uri)?.[1];
  return oid !== undefined && OID.test(oid) ? oid : uri;
}

/**
 * An identifier of FHIR as HL7 writes it. The short numbers of the national directory take the prefix that makes them the national
 * identifier (`8` and RPPS, `1` and FINESS). Undefined when it names no value.
 */
export function readIdentifier(given: Node): Identifier | undefined {
  const value = textOf(given['value']);
  if (value === undefined) return undefined;
  const system = textOf(given['system']);
  const assigningAuthority = textOf(nodeOf(given['assigner'])['display']);
  return compact({ ...rootOf(system, value, given), assigningAuthority }) as Identifier;
}

function rootOf(system: string | undefined, value: string, given: Node): Identifier {
  if (system === URI_SYSTEM) return { root: URN_OID.exec(value)?.[1] ?? value };
  if (system === 'https://rpps.esante.gouv.fr') return { root: PROFESSIONALS, extension: /^\d{11}$/.test(value) ? `8${value}` : value };
  if (system === 'https://finess.esante.gouv.fr') return { root: STRUCTURES, extension: `1${value}` };
  if (system === 'https://sirene.fr') return { root: STRUCTURES, extension: `${value.length > 9 ? 3 : 2}${value}` };
  if (system === undefined) return { root: value };
  const root = oidOfSystem(system);
  return { root: INS_DOMAIN.test(root) && !isIns(value, given) ? system : root, extension: value };
}

/**
 * The domain of the INS is also that of the number by which health insurance knows who pays (type NH), and some software writes its own
 * numbers there: neither proves who the patient is. Kept as a number of the sender's (its root stays `urn:oid:…`).
 */
function isIns(value: string, given: Node): boolean {
  const types = nodesOf(nodeOf(given['type'])['coding']).flatMap(({ code }) => textOf(code) ?? []);
  if (types.some((type) => type.startsWith('INS'))) return true;
  return types.length === 0 && /^[\dAB\s.]{13,}$/i.test(value);
}

/** The identifier as FHIR writes it; `more`: its type and use. */
export function writeIdentifier({ root, extension, assigningAuthority }: Identifier, more: Record<string, unknown> = {}): Node {
  const assigner = assigningAuthority === undefined ? {} : { assigner: { display: assigningAuthority } };
  if (extension !== undefined) return { ...more, system: OID.test(root) ? `urn:oid:${root}` : root, value: extension, ...assigner };
  return { ...more, system: URI_SYSTEM, value: OID.test(root) ? `urn:oid:${root}` : root, ...assigner };
}

const NULL_FLAVOR = 'http://hl7.org/fhir/StructureDefinition/iso21090-nullFlavor';

/** A concept as FHIR writes it; one without code of its own says so (nullFlavor), so that its translations stay translations. */
export function writeConcept({ code, system, display, originalText, nullFlavor, translations }: Coded): Node {
  const coding = (one: Coded) => compact({ system: one.system && uriOfSystem(one.system), code: one.code, display: one.display });
  const own = code === undefined ? [] : [coding({ code, ...(system && { system }), ...(display && { display }) })];
  const isUncoded = nullFlavor !== undefined || (code === undefined && (translations ?? []).length > 0);
  return compact({
    extension: isUncoded ? [{ url: NULL_FLAVOR, valueCode: nullFlavor ?? 'UNK' }] : undefined,
    coding: [...own, ...(translations ?? []).map(coding)],
    text: originalText ?? (code === undefined ? display : undefined),
  });
}

export const LOINC = '2.16.840.1.113883.6.1';

/**
 * A CodeableConcept as HL7 writes it. The first coding is the concept and the others its translations, except that a LOINC goes first; a
 * concept said to have no code of its own (nullFlavor) has translations only. Undefined when it says nothing.
 */
export function readConcept(given: unknown): Coded | undefined {
  const node = nodeOf(given);
  const text = textOf(node['text']);
  const flavour = extensionOf(node, NULL_FLAVOR);
  const codings = nodesOf(node['coding'])
    .map(readCoding)
    .filter((coding) => coding !== undefined);
  const main = flavour ? undefined : (codings.find(({ system }) => system === LOINC) ?? codings[0]);
  const translations = codings.filter((coding) => coding !== main);
  const words = text === undefined ? {} : { originalText: text };
  if (main) return { ...main, ...words, ...(translations.length > 0 && { translations }) };
  if (text === undefined && translations.length === 0) {
    const code = textOf(flavour?.['valueCode']);
    return code === undefined ? undefined : { nullFlavor: code };
  }
  const nullFlavor = textOf(flavour?.['valueCode']);
  return {
    ...words,
    ...(nullFlavor !== undefined && nullFlavor !== 'UNK' && { nullFlavor }),
    ...(translations.length > 0 && { translations }),
  };
}

export function readCoding(given: Node): Coded | undefined {
  const code = textOf(given['code']);
  const display = textOf(given['display']);
  const system = textOf(given['system']);
  if (code === undefined && display === undefined) return undefined;
  return compact({
    code,
    system: system && oidOfSystem(system),
    systemName: system === 'http://loinc.org' ? 'LOINC' : undefined,
    display,
  }) as Coded;
}
