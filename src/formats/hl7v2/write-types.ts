import { INS_ROOTS } from '../cda/oids.ts';
import type { Address, Coded, Identifier, Participant, PersonName, Telecom } from '../lab-report.ts';
import { escape } from './escapes.ts';
import { systemNameOf } from './systems.ts';

/** What an empty place is. */
type Word = string | undefined;

const cut = (text: string, end: '^' | '|' | '&'): string => {
  let to = text.length;
  while (to > 0 && text[to - 1] === end) to--;
  return text.slice(0, to);
};

/** Components that are already written; empty ones at the end are left out. */
export const joined = (parts: readonly Word[]): string => cut(parts.map((part) => part ?? '').join('^'), '^');

/** Components as words. */
export const composite = (...parts: Word[]): string => joined(parts.map((part) => part && escape(part)));

const sub = (...parts: Word[]): string => cut(parts.map((part) => (part ? escape(part) : '')).join('&'), '&');

/** One segment by its fields, `[n, value]` in rising order, each value already written. */
export function segment(name: string, ...fields: readonly (readonly [number, Word])[]): string {
  const places: string[] = [name];
  for (const [n, value] of fields) {
    while (places.length < n) places.push('');
    places.push(value ?? '');
  }
  return cut(places.join('|'), '|');
}

export const repeated = (values: readonly string[]): string => values.filter((value) => value !== '').join('~');

export const words = (text: Word): Word => (text === undefined ? undefined : escape(text));

/** Lines of a note or of a text, as repetitions. */
export const lines = (text: string): string => text.split('\n').map(escape).join('~');

/** EI. */
export const writeEi = ({ root, extension, assigningAuthority }: Identifier): string =>
  composite(extension ?? root, assigningAuthority, root, 'ISO');

/** A number as one half of EIP, in subcomponents. */
export const writeEip = ({ root, extension, assigningAuthority }: Identifier): string =>
  sub(extension ?? root, assigningAuthority, root, 'ISO');

/** CX: INS for the national identity, PI for any other number of a patient. */
export function writeCx({ root, extension, assigningAuthority }: Identifier, type = INS_ROOTS.includes(root) ? 'INS' : 'PI'): string {
  return joined([words(extension ?? root), '', '', sub(assigningAuthority, root, 'ISO'), type]);
}

/** CWE: the concept, another coding of it, and the words printed when they are neither's. */
export function writeCwe(coded: Coded | undefined): string {
  if (!coded) return '';
  const [main, other] =
    coded.code === undefined
      ? [coded.translations?.[0] ?? { display: coded.originalText }, coded.translations?.[1]]
      : [coded, coded.translations?.[0]];
  const said = coded.originalText === main.display && coded.code === undefined ? undefined : coded.originalText;
  return joined([...triplet(main), ...triplet(other), '', '', words(said)]);
}

const triplet = (coded: { code?: Word; display?: Word; system?: Word; systemName?: Word } | undefined): Word[] => [
  words(coded?.code),
  words(coded?.display),
  words(coded?.system === undefined ? coded?.systemName : systemNameOf(coded.system)),
];

/** Title first: what is neither DR nor PR goes where a degree does. */
function titles({ prefix, suffix }: PersonName): [Word, Word] {
  if (prefix !== undefined) return [prefix, suffix];
  return suffix === 'DR' || suffix === 'PR' ? [suffix, undefined] : [undefined, suffix];
}

/** XCN. */
export function writeXcn({ ids, name = {} }: Participant): string {
  const id = ids[0];
  const authority = id && sub(id.assigningAuthority, id.root, 'ISO');
  return joined([
    words(id && (id.extension ?? id.root)),
    words(name.family),
    words(name.given),
    '',
    '',
    ...titles(name).map(words),
    '',
    authority,
  ]);
}

/** NDL: a person in subcomponents, and when. */
export function writeNdl({ ids, name = {}, time }: Participant): string {
  const id = ids[0];
  const person = sub(
    id && (id.extension ?? id.root),
    name.family,
    name.given,
    '',
    '',
    name.suffix,
    '',
    '',
    id?.assigningAuthority,
    id?.root,
    id && 'ISO',
  );
  return joined([person, words(time)]);
}

const USES: Readonly<Record<string, string>> = { WP: 'O', TMP: 'C', HV: 'V' };

/** XAD. */
export function writeXad({ lines: printed, houseNumber, streetName, additionalLocator, city, postalCode, country, use }: Address): string {
  const [street, ...more] = printed ?? [];
  const first =
    houseNumber === undefined
      ? words(streetName ?? street)
      : sub([houseNumber, streetName].filter(Boolean).join(' '), streetName, houseNumber);
  const second = additionalLocator ?? (more.join(', ') || undefined);
  return joined([
    first,
    words(second),
    words(city),
    '',
    words(postalCode),
    words(country),
    words(use === undefined ? undefined : (USES[use] ?? use)),
  ]);
}

/** XTN. */
export function writeXtn({ value, use }: Telecom): string {
  if (value === undefined) return '';
  if (value.startsWith('mailto:')) return composite('', use === 'WP' ? 'WPN' : 'NET', 'Internet', value.slice('mailto:'.length));
  return composite(value.replace(/^tel:/, ''), use === 'WP' ? 'WPN' : 'PRN', use === 'MC' ? 'CP' : 'PH');
}
