import { INS_ROOTS } from '../cda/oids.ts';
import type { MetadataPerson } from '../document-metadata.ts';
import type { Coded, Identifier, Organization, PersonName, PrintedPatient } from '../lab-report.ts';

/** Data types of HL7 v2 as XDS metadata carry them: CX, XCN, XON, and fields of PID (IHE ITI TF-3 §4.2.3.1.7). */

const RPPS_ROOT = '1.2.250.1.71.4.2.1';
const FINESS_ROOT = '1.2.250.1.71.4.2.2';

const ESCAPES: Readonly<Record<string, string>> = { '\\': '\\E\\', '|': '\\F\\', '^': '\\S\\', '&': '\\T\\', '~': '\\R\\' };
const MEANINGS: Readonly<Record<string, string>> = { E: '\\', F: '|', S: '^', T: '&', R: '~' };

const escape = (text: string | undefined): string => (text ?? '').replace(/[\\|^&~]/g, (c) => ESCAPES[c]!);
const unescape = (text: string | undefined): string => (text ?? '').replace(/\\([EFSTR])\\/g, (_, letter: string) => MEANINGS[letter]!);

/** Components of a field, unescaped; the ones that hold subcomponents are split by `subcomponents`. */
const components = (field: string): string[] => field.split('^');
const subcomponents = (component: string | undefined): string[] => (component ?? '').split('&').map(unescape);
/** The root of an assigning authority: `&1.2.250.1.71.4.2.1&ISO`. */
const rootOf = (component: string | undefined): string | undefined => subcomponents(component)[1] || undefined;

const authority = (root: string) => `&${escape(root)}&ISO`;
const strip = (field: string) => field.replace(/\^+$/, '');

/** `matricule^^^&1.2.250.1.213.1.4.8&ISO^NH`; a local number is PI. */
export function writeCx({ root, extension }: Identifier, type = INS_ROOTS.includes(root) ? 'NH' : 'PI'): string {
  return `${escape(extension)}^^^${authority(root)}^${type}`;
}

/** Undefined when the field names no assigning authority: a number alone identifies nobody. */
export function readCx(field: string): Identifier | undefined {
  const parts = components(field);
  const root = rootOf(parts[3]);
  if (root === undefined) return undefined;
  const extension = unescape(parts[0]);
  return extension === '' ? { root } : { root, extension };
}

export function writeXcn({ id, name, device }: MetadataPerson): string {
  const who = device === undefined ? `${escape(name?.family)}^${escape(name?.given)}` : `${escape(device)}^`;
  const type = device !== undefined ? 'RI' : id?.root === RPPS_ROOT ? 'IDNPS' : id && INS_ROOTS.includes(id.root) ? 'NH' : 'EI';
  const kind = device === undefined ? 'D' : 'U';
  const start = `${escape(id?.extension)}^${who}^^${escape(name?.suffix)}^${escape(name?.prefix)}^^^`;
  return `${start}${id ? authority(id.root) : ''}^${kind}^^^${id ? type : ''}`.replace(/\^+$/, '');
}

export function readXcn(field: string): MetadataPerson {
  const parts = components(field);
  const person: MetadataPerson = {};
  const root = rootOf(parts[8]);
  const extension = unescape(parts[0]);
  if (root !== undefined) person.id = extension === '' ? { root } : { root, extension };
  if (parts[9] === 'U') {
    person.device = unescape(parts[1]);
    return person;
  }
  const name: PersonName = {};
  for (const [key, n] of [
    ['family', 1],
    ['given', 2],
    ['suffix', 4],
    ['prefix', 5],
  ] as const) {
    const text = unescape(parts[n]);
    if (text !== '') name[key] = text;
  }
  if (Object.keys(name).length > 0) person.name = name;
  return person;
}

/** `Nom^^^^^&1.2.250.1.71.4.2.2&ISO^IDNST^^^1120459876` */
export function writeXon({ ids: [id], name }: Organization): string {
  if (!id) return escape(name);
  const type = id.root === FINESS_ROOT ? 'IDNST' : 'XX';
  return strip(`${escape(name)}^^^^^${authority(id.root)}^${type}^^^${escape(id.extension)}`);
}

export function readXon(field: string): Organization {
  const parts = components(field);
  const name = unescape(parts[0]);
  const root = rootOf(parts[5]);
  const extension = unescape(parts[9]);
  const ids = root === undefined ? [] : [extension === '' ? { root } : { root, extension }];
  return { ids, ...(name !== '' && { name }) };
}

/** `G15_10/SM03^libellé^1.2.250.1.213.1.1.4.5`: no subcomponents. */
export const writeCe = ({ code, display, system }: Coded): string => strip(`${escape(code)}^${escape(display)}^${escape(system)}`);

export function readCe(field: string): Coded {
  const [code = '', display = '', system = ''] = components(field).map(unescape);
  return { ...(code !== '' && { code }), ...(system !== '' && { system }), ...(display !== '' && { display }) };
}

/** Traits of the patient, one field of PID a value (`PID-5|…`). Addresses are left out but for the place of birth. */
export function writePatientInfo(patient: PrintedPatient): string[] {
  const { birthFamily, firstBirthGiven, birthGivens, usedFamily, usedGiven, birthDate, sex, birthPlace } = patient;
  const lines = patient.ids.map((id) => `PID-3|${writeCx(id)}`);
  if (birthFamily !== undefined || firstBirthGiven !== undefined || birthGivens !== undefined)
    lines.push(`PID-5|${escape(birthFamily)}^${escape(firstBirthGiven)}^${escape(birthGivens)}^^^^L`);
  if (usedFamily !== undefined || usedGiven !== undefined) lines.push(`PID-5|${escape(usedFamily)}^${escape(usedGiven)}^^^^^D`);
  if (birthDate !== undefined) lines.push(`PID-7|${escape(birthDate)}`);
  if (sex !== undefined) lines.push(`PID-8|${sex === 'UN' ? 'U' : escape(sex)}`);
  if (birthPlace?.cog !== undefined) lines.push(`PID-11|^^^^^^BDL^^${escape(birthPlace.cog)}`);
  return lines;
}

export function readPatientInfo(lines: readonly string[]): PrintedPatient {
  const patient: PrintedPatient = { ids: [] };
  for (const line of lines) {
    const bar = line.indexOf('|');
    const key = line.slice(0, bar).trim();
    for (const field of line.slice(bar + 1).split('~')) if (bar > 0 && field !== '') takeField(patient, key, field);
  }
  return patient;
}

function takeField(patient: PrintedPatient, key: string, field: string): void {
  const parts = components(field).map(unescape);
  const [family = '', given = '', all = ''] = parts;
  switch (key) {
    case 'PID-3': {
      const id = readCx(field);
      if (id) patient.ids.push(id);
      break;
    }
    case 'PID-5':
      if (parts[6] === 'L') Object.assign(patient, said({ birthFamily: family, firstBirthGiven: given, birthGivens: all }));
      else Object.assign(patient, said({ usedFamily: family, usedGiven: given }));
      break;
    case 'PID-7':
      patient.birthDate = family;
      break;
    case 'PID-8':
      patient.sex = family === 'U' ? 'UN' : family;
      break;
    case 'PID-11':
      if (parts[6] === 'BDL' && parts[8]) patient.birthPlace = { cog: parts[8] };
  }
}

const said = (traits: Record<string, string>) => Object.fromEntries(Object.entries(traits).filter(([, value]) => value !== ''));
