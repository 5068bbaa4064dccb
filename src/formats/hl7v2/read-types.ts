import type { Address, Coded, Identifier, Participant, PersonName, Telecom } from '../lab-report.ts';
import { components, type Hl7Reading, wordsOf } from './lexer.ts';
import type { Hl7Party, PatientIdentifier } from './message.ts';
import { LOINC } from '../cda/oids.ts';
import { rootOf, systemOf } from './systems.ts';
import { unescape } from './escapes.ts';

/** The message, with the structure that sends it: local names are its own. */
export interface Hl7Context extends Hl7Reading {
  /** Name of MSH-4, its universal identifier first. */
  readonly facility: string;
  /** The last field read of each kind: the same unit, validator or laboratory comes with every line. */
  readonly known: Map<string, Known>;
}

/** What a field gave the last time, by kind. */
interface Known {
  value: string;
  read: unknown;
}

/** Reads a raw field once for all the lines in a row that repeat it; what it gives is shared and never changed. */
export function once<T>(c: Hl7Context, kind: string, value: string, read: (c: Hl7Context, value: string) => T): T {
  const last = c.known.get(kind);
  if (last?.value === value) return last.read as T;
  const made = read(c, value);
  c.known.set(kind, { value, read: made });
  return made;
}

/** HD from its three parts, which are components in MSH and subcomponents elsewhere. */
export function partyOf(c: Hl7Reading, parts: readonly (string | undefined)[]): Hl7Party {
  const party: Hl7Party = {};
  const name = wordsOf(c, parts[0]);
  if (name !== undefined) party.name = name;
  const universalId = wordsOf(c, parts[1]);
  if (universalId !== undefined) party.universalId = universalId;
  const universalIdType = wordsOf(c, parts[2]);
  if (universalIdType !== undefined) party.universalIdType = universalIdType;
  return party;
}

const subcomponents = (c: Hl7Reading, component: string | undefined): string[] =>
  component === undefined || component === '' ? NOTHING : component.split(c.d.subcomponent, 4);

const NOTHING: string[] = [];

/** EI: `number^name^universal id^type`. */
export function readEi(c: Hl7Context, value: string): Identifier | undefined {
  const [id, ...authority] = components(c, value);
  return identifierOf(c, wordsOf(c, id), partyOf(c, authority));
}

function identifierOf(c: Hl7Context, extension: string | undefined, authority: Hl7Party): Identifier | undefined {
  if (extension === undefined) return undefined;
  const id: Identifier = { root: rootOf(authority, c.facility), extension };
  if (authority.name !== undefined) id.assigningAuthority = authority.name;
  return id;
}

/** CX: identifier of a patient or of a visit. */
export function readCx(c: Hl7Context, value: string): PatientIdentifier | undefined {
  const parts = components(c, value);
  const authority = partyOf(c, subcomponents(c, parts[3]));
  const id = identifierOf(c, wordsOf(c, parts[0]), authority);
  if (!id) return undefined;
  const read: PatientIdentifier = Object.assign(id, { authority });
  const type = wordsOf(c, parts[4]);
  if (type !== undefined) read.type = type;
  const since = wordsOf(c, parts[6]);
  if (since !== undefined) read.since = since;
  return read;
}

/** The identifier alone, as the model of reports has it. */
export function plainId({ root, extension, assigningAuthority }: Identifier): Identifier {
  const id: Identifier = { root };
  if (extension !== undefined) id.extension = extension;
  if (assigningAuthority !== undefined) id.assigningAuthority = assigningAuthority;
  return id;
}

/**
 * A coded triplet: code, words, system. Undefined when it says nothing.
 * @param isPlain no subcomponent and no escape is in the field
 */
function readTriplet(c: Hl7Reading, parts: readonly string[], from: number, isPlain: boolean): Coded | undefined {
  const coded: Coded = {};
  const code = isPlain ? plainWords(parts[from]) : wordsOf(c, parts[from]);
  if (code !== undefined) coded.code = code;
  const display = isPlain ? plainWords(parts[from + 1]) : wholeWords(c, parts[from + 1]);
  if (display !== undefined) coded.display = display;
  if (code === undefined && display === undefined) return undefined;
  const named = isPlain ? plainWords(parts[from + 2]) : wordsOf(c, parts[from + 2]);
  if (named === undefined) return coded;
  const system = systemOf(named);
  if (system === undefined) coded.systemName = named;
  else coded.system = system;
  return coded;
}

/** Words of a component in which nothing is to be read: `wordsOf`, for the fields that every line has. */
const plainWords = (component: string | undefined): string | undefined =>
  component === undefined || component === '' || component === '""' ? undefined : component.trim() || undefined;

/** Words of a component that has no subcomponents: an `&` left as it is belongs to them. */
const wholeWords = (c: Hl7Reading, component: string | undefined): string | undefined =>
  component === undefined || component === '' || component === '""' ? undefined : unescape(component, c.d).trim() || undefined;

/**
 * CE, CNE or CWE as the model of reports has codes: LOINC first, whichever of the two codings it came as.
 * @param isAnalyte a code that is no LOINC stands among the translations, and its words become the words of the concept
 */
export function readCwe(c: Hl7Reading, value: string, isAnalyte = false): Coded | undefined {
  const parts = components(c, value);
  const isPlain = !value.includes(c.d.subcomponent) && !value.includes(c.d.escape);
  const first = readTriplet(c, parts, 0, isPlain);
  const second = parts.length > 3 ? readTriplet(c, parts, 3, isPlain) : undefined;
  const originalText = parts.length > 8 ? wholeWords(c, parts[8]) : undefined;
  const main = isLoinc(first) ? first : isLoinc(second) ? second : undefined;
  if (!main && isAnalyte && (first ?? second))
    return uncoded(
      [first, second].filter((one) => one !== undefined),
      originalText,
    );
  const chosen = main ?? first ?? second;
  if (!chosen) return originalText === undefined ? undefined : { originalText };
  const other = chosen === first ? second : first;
  if (chosen.code === undefined) {
    chosen.originalText = originalText ?? chosen.display ?? '';
    delete chosen.display;
    delete chosen.system;
    delete chosen.systemName;
  } else if (originalText !== undefined) chosen.originalText = originalText;
  if (other) chosen.translations = [other];
  return chosen;
}

const isLoinc = (coded: Coded | undefined): boolean => coded?.system === LOINC && coded.code !== undefined;

function uncoded(all: readonly Coded[], originalText: string | undefined): Coded {
  const words = originalText ?? all.map(({ display }) => display).find((display) => display !== undefined);
  const translations = all.filter(({ code }) => code !== undefined);
  return { ...(words !== undefined && { originalText: words }), ...(translations.length > 0 && { translations }) };
}

/** XPN or the name inside XCN, from the component of the family name on. */
function nameOf(c: Hl7Reading, parts: readonly string[], from: number): PersonName | undefined {
  const name: PersonName = {};
  const [family, given] = [wordsOf(c, parts[from]), wordsOf(c, parts[from + 1])];
  const [prefix, suffix] = [wordsOf(c, parts[from + 4]), wordsOf(c, parts[from + 5])];
  if (family !== undefined) name.family = family;
  if (given !== undefined) name.given = given;
  if (prefix !== undefined && TITLES.has(prefix.toUpperCase())) name.suffix = prefix.toUpperCase();
  else if (prefix !== undefined) name.prefix = prefix;
  if (suffix !== undefined) name.suffix = suffix;
  for (const _ in name) return name;
  return undefined;
}

/** Professional titles (JDV_J246), which the model keeps apart from M and MME, and messages do not. */
const TITLES: ReadonlySet<string> = new Set(['DR', 'PR']);

/** XCN: a professional, with the national identifier when there is one. */
export function readXcn(c: Hl7Context, value: string): Participant | undefined {
  const parts = components(c, value);
  const id = identifierOf(c, wordsOf(c, parts[0]), partyOf(c, subcomponents(c, parts[8])));
  const name = nameOf(c, parts, 1);
  if (!id && !name) return undefined;
  const person: Participant = { ids: id ? [id] : [] };
  if (name) person.name = name;
  return person;
}

/** v2 addresses by table 0190, CDA by AddressUse. */
const ADDRESS_USES: Readonly<Record<string, string>> = { H: 'H', HP: 'HP', O: 'WP', B: 'WP', C: 'TMP', V: 'HV' };

/** XAD, but for a birthplace, which is none. */
export function readXad(c: Hl7Reading, parts: readonly string[]): Address | undefined {
  const [street, name, number] = subcomponents(c, parts[0]).map((part) => wordsOf(c, part));
  const [, more, city, , postalCode, country, type] = parts.map((part) => wordsOf(c, part));
  const use = type === undefined ? undefined : (ADDRESS_USES[type] ?? type);
  const address: Address = {
    ...(number !== undefined && { houseNumber: number }),
    ...((name ?? street) !== undefined && { streetName: (name ?? street)! }),
    ...(more !== undefined && { additionalLocator: more }),
    ...(postalCode !== undefined && { postalCode }),
    ...(city !== undefined && { city }),
    ...(country !== undefined && { country }),
  };
  for (const _ in address) return { ...address, ...(use !== undefined && { use }) };
  return undefined;
}

/** XTN: a telephone or an electronic address, and its use by CDA. */
export function readXtn(c: Hl7Reading, value: string): Telecom | undefined {
  const parts = components(c, value);
  const [number, use, equipment, address, country, area, local] = parts.map((part) => wordsOf(c, part));
  const unformatted = wordsOf(c, parts[11]);
  const mail = address ?? (number?.includes('@') ? number : undefined);
  if (mail !== undefined) return { value: `mailto:${mail}`, ...(use === 'WPN' && { use: 'WP' }) };
  const digits = number ?? unformatted ?? [country && `+${country}`, area, local].filter(Boolean).join('');
  if (digits === '') return undefined;
  const said = equipment === 'CP' ? 'MC' : use === 'WPN' ? 'WP' : use === 'PRN' ? 'H' : undefined;
  return { value: `tel:${digits.replaceAll(/[\s.]/g, '')}`, ...(said !== undefined && { use: said }) };
}
