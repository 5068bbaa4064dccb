import { hash } from 'node:crypto';
import { LOINC, UCUM } from '../cda/oids.ts';
import type { Hl7Party } from './message.ts';

/** Coding systems by their names in HL7 table 0396; any other name stays what it is, a name without an OID. */
const OIDS: Readonly<Record<string, string>> = {
  LN: LOINC,
  UCUM,
  SNM3: '2.16.840.1.113883.6.96',
  SCT: '2.16.840.1.113883.6.96',
  HL70074: '2.16.840.1.113883.12.74',
  HL70487: '2.16.840.1.113883.12.487',
};

const NAMES: ReadonlyMap<string, string> = new Map(Object.entries(OIDS).map(([name, oid]) => [oid, name]));

const OID = /^[0-2](?:\.(?:0|[1-9]\d*))+$/;
const UUID = /^[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}$/i;

export const isOid = (text: string): boolean => text.length <= 128 && OID.test(text);
export const isUuid = (text: string): boolean => UUID.test(text);

/** Characters of a text that is never a part of another. */
const LONGEST_OWN = 12;
/** The last name that was looked for: a laboratory's own comes with every line. */
let lastNamed: { name: string; oid: string | undefined } = { name: 'LN', oid: LOINC };

/** OID of a coding system as named in a message; undefined when it has none. Some senders give the OID itself. */
export function systemOf(name: string): string | undefined {
  if (name === 'LN') return LOINC;
  if (name === lastNamed.name) return lastNamed.oid;
  const oid = OIDS[name] ?? (isOid(name) ? name : undefined);
  // A longer one is a part of its message, which would stay in memory with it.
  if (name.length <= LONGEST_OWN) lastNamed = { name, oid };
  return oid;
}

/** The name by which a message says a coding system; its OID when it has none. */
export const systemNameOf = (oid: string): string => NAMES.get(oid) ?? oid;

/** Authorities seen so far: the same few come with every message. */
const roots = new Map<string, string>();
const MOST_ROOTS = 10_000;

/**
 * The OID under which a party gives its identifiers: its own when it says one; otherwise one made of its name, always the same (ITU-T
 * X.667: `2.25.` and a name-based UUID, RFC 9562 §5.5). A local name means something only within the structure that sends, so `facility`
 * is part of it, unless the party carries a universal identifier.
 */
export function rootOf({ name = '', universalId = '' }: Hl7Party, facility: string): string {
  if (isOid(universalId) || isUuid(universalId)) return universalId;
  const key = universalId === '' ? `local:${facility}:${name}` : `universal:${universalId}`;
  const known = roots.get(key);
  if (known !== undefined) return known;
  if (roots.size >= MOST_ROOTS) roots.clear();
  const root = nameBasedOid(key);
  roots.set(key, root);
  return root;
}

/** Namespace of names that are no DNS name, URL, OID or X.500 name: one drawn for this reader, and never changed. */
const NAMESPACE = Buffer.from('5d2f7f0c6a5b4d0a9a1e0c8b1f6b7c21', 'hex');

/** `2.25.` and the decimal of the UUID (version 5) of a name. */
export function nameBasedOid(name: string): string {
  const uuid = hash('sha1', Buffer.concat([NAMESPACE, Buffer.from(name)]), 'buffer').subarray(0, 16);
  uuid[6] = (uuid[6]! & 0x0f) | 0x50;
  uuid[8] = (uuid[8]! & 0x3f) | 0x80;
  return `2.25.${(uuid.readBigUInt64BE(0) << 64n) | uuid.readBigUInt64BE(8)}`;
}
