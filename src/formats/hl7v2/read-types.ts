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
  const [name, universalId, universalIdType] = parts.map((part) => wordsOf(c, part));
  return {
    ...(name !== undefined && { name }),
    ...(universalId !== undefined && { universalId }),
    ...(universalIdType !== undefined && { universalIdType }),
  };
}

const subcomponents = (c: Hl7Reading, component: string | undefined) => (component ?? '').split(c.d.subcomponent, 4);

/** EI: `number^name^universal id^type`. */
export function readEi(c: Hl7Context, value: string): Identifier | undefined {
  const [id, ...authority] = components(c, value);
  return identifierOf(c, wordsOf(c, id), partyOf(c, authority));
}

function identifierOf(c: Hl7Context, extension: string | undefined, authority: Hl7Party): Identifier | undefined {
  if (extension === undefined) return undefined;
  return {
    root: rootOf(authority, c.facility),
    extension,
    ...(authority.name !== undefined && { assigningAuthority: authority.name }),
  };
}

/** CX: identifier of a patient or of a visit. */
export function readCx(c: Hl7Context, value: string): PatientIdentifier | undefined {
  const parts = components(c, value);
  const authority = partyOf(c, subcomponents(c, parts[3]));
  const id = identifierOf(c, wordsOf(c, parts[0]), authority);
  if (!id) return undefined;
  const type = wordsOf(c, parts[4]);
  const since = wordsOf(c, parts[6]);
  return { ...id, authority, ...(type !== undefined && { type }), ...(since !== undefined && { since }) };
}

/** The identifier alone, as the model of reports has it. */
export const plainId = ({ root, extension, assigningAuthority }: Identifier): Identifier => ({
  root,
  ...(extension !== undefined && { extension }),
  ...(assigningAuthority !== undefined && { assigningAuthority }),
});

/** A coded triplet: code, words, system. Undefined when it says nothing. */
function readTriplet(c: Hl7Reading, parts: readonly string[], from: number): Coded | undefined {
  const coded: Coded = {};
  const code = wordsOf(c, parts[from]);
  if (code !== undefined) coded.code = code;
  const display = wholeWords(c, parts[from + 1]);
  if (display !== undefined) coded.display = display;
  if (code === undefined && display === undefined) return undefined;
  const named = wordsOf(c, parts[from + 2]);
  if (named === undefined) return coded;
  const system = systemOf(named);
  if (system === undefined) coded.systemName = named;
  else coded.system = system;
  return coded;
}

/** Words of a component that has no subcomponents: an `&` left as it is belongs to them. */
const wholeWords = (c: Hl7Reading, component: string | undefined): string | undefined =>
  component === undefined || component === '' || component === '""' ? undefined : unescape(component, c.d).trim() || undefined;

/**
 * CE, CNE or CWE as the model of reports has codes: LOINC first, whichever of the two codings it came as.
 * @param isAnalyte a code that is no LOINC stands among the translations, and its words become the words of the concept
 */
export function readCwe(c: Hl7Reading, value: string, isAnalyte = false): Coded | undefined {
  const parts = components(c, value);
  const first = readTriplet(c, parts, 0);
  const second = readTriplet(c, parts, 3);
  const originalText = wholeWords(c, parts[8]);
  const all = [first, second].filter((one) => one !== undefined);
  if (all.length === 0) return originalText === undefined ? undefined : { originalText };
  const main = all.find(({ system, code }) => system === LOINC && code !== undefined);
  if (!main && isAnalyte) return uncoded(all, originalText);
  const chosen: Coded = { ...(main ?? all[0]!) };
  if (chosen.code === undefined) {
    chosen.originalText = originalText ?? chosen.display ?? '';
    delete chosen.display;
    delete chosen.system;
    delete chosen.systemName;
  } else if (originalText !== undefined) chosen.originalText = originalText;
  const others = all.filter((one) => one !== (main ?? all[0]));
  return others.length === 0 ? chosen : { ...chosen, translations: others };
}

function uncoded(all: readonly Coded[], originalText: string | undefined): Coded {
  const words = originalText ?? all.map(({ display }) => display).find((display) => display !== undefined);
  const translations = all.filter(({ code }) => code !== undefined);
  return { ...(words !== undefined && { originalText: words }), ...(translations.length > 0 && { translations }) };
}

/** XPN or the name inside XCN, from the component of the family name on. */
function nameOf(c: Hl7Reading, parts: readonly string[], from: number): PersonName | undefined {
  const name: PersonName = {};
  const [family, given, , , prefix, suffix] = [0, 1, 2, 3, 4, 5].map((n) => wordsOf(c, parts[from + n]));
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
  return { ids: id ? [id] : [], ...(name && { name }) };
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
