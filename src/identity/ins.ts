import type { Identifier } from '#formats';
import { Refusal } from '#kernel';

/**
 * The matricule INS: 13 characters and a key of two digits, in one of the four domains (OID) of the national register.
 * Source: ANS, list of the OIDs of the health identities; INSEE, key of the NIR (complement to 97, Corsica 2A → 19, 2B → 18).
 */
export interface Ins {
  oid: string;
  /** 15 characters, no blank. */
  value: string;
}

/** What an instance was created for; never changes (kernel configuration `CIGOGNE_MODE`). */
export type Mode = 'demo' | 'production';

export const INS_OIDS = {
  nir: '1.2.250.1.213.1.4.8',
  nia: '1.2.250.1.213.1.4.9',
  test: '1.2.250.1.213.1.4.10',
  demo: '1.2.250.1.213.1.4.11',
} as const;

const ALLOWED: Record<Mode, ReadonlySet<string>> = {
  production: new Set([INS_OIDS.nir, INS_OIDS.nia]),
  demo: new Set([INS_OIDS.test, INS_OIDS.demo]),
};
const ALL: ReadonlySet<string> = new Set(Object.values(INS_OIDS));
/** The computed INS given up in 2015: still printed by old software, means nothing, ignored. */
const INS_C = '1.2.250.1.213.1.4.2';

/** The two-digit key of the first 13 characters, `undefined` when they are not of the shape of a NIR. */
export function insKey(first13: string): string | undefined {
  if (!/^\d{5}(\d\d|2[AB])\d{6}$/.test(first13)) return undefined;
  // 13 digits stay below 2^53: the remainder is exact.
  const digits = Number(first13.replace('2A', '19').replace('2B', '18'));
  return String(97 - (digits % 97)).padStart(2, '0');
}

/** The matricule upper case without blanks, when it has 15 characters and the right key. */
export function readMatricule(text: string): string | undefined {
  const value = text.replace(/[\s.]/g, '').toUpperCase();
  return value.length === 15 && insKey(value.slice(0, 13)) === value.slice(13) ? value : undefined;
}

export type PrintedIns = { kind: 'none' } | { kind: 'ins'; ins: Ins } | { kind: 'invalid'; why: 'key' | 'several' };

/**
 * The INS among the identifiers of a printed patient.
 * @returns `invalid` when a matricule has a wrong shape or key, or when two different ones are printed
 * @throws Refusal `report.identity-forbidden` when this instance does not take that domain: a test identity in production, or the reverse
 */
export function insOf(ids: readonly Identifier[], mode: Mode): PrintedIns {
  const found = new Map<string, Ins>();
  let isWrong = false;
  for (const [index, { root, extension }] of ids.entries()) {
    if (!ALL.has(root)) continue;
    if (!ALLOWED[mode].has(root)) {
      const what = mode === 'production' ? 'test or demonstration' : 'production';
      throw new Refusal('report.identity-forbidden', `a ${what} INS (OID ${root}) is not taken here`, { at: `patient.ids[${index}]` });
    }
    const value = readMatricule(extension ?? '');
    if (value) found.set(`${root} ${value}`, { oid: root, value });
    else isWrong = true;
  }
  if (isWrong) return { kind: 'invalid', why: 'key' };
  const [ins, another] = found.values();
  if (another) return { kind: 'invalid', why: 'several' };
  return ins ? { kind: 'ins', ins } : { kind: 'none' };
}

/** The one INS that can be read among identifiers, of whatever domain: kept to recognise a record later, it decides nothing by itself. */
export function readableIns(ids: readonly Identifier[]): Ins | undefined {
  const read = ids.flatMap(({ root, extension }) => {
    const value = ALL.has(root) ? readMatricule(extension ?? '') : undefined;
    return value ? [{ oid: root, value }] : [];
  });
  const [ins, ...others] = read;
  return others.some(({ oid, value }) => oid !== ins!.oid || value !== ins!.value) ? undefined : ins;
}

/** The sender's own numbers of the patient (IPP): domain (OID) and value, in printed order. */
export function localIdsOf(ids: readonly Identifier[]): { domain: string; localId: string }[] {
  return ids.flatMap(({ root, extension }) =>
    extension && root !== INS_C && !ALL.has(root) ? [{ domain: root, localId: extension.trim() }] : [],
  );
}

/**
 * Whether sex, year and month written in the matricule are those of the traits. Never a reason to refuse (civil status gets corrected, the
 * matricule does not always follow); a reason to have a person look before a record is made of it.
 * Months 20 to 42 and 50 to 99 mean an unknown month.
 */
export function isInsLikeTraits(value: string, traits: { sex: string; birthDate: string }): boolean {
  const sex = { '1': 'M', '3': 'M', '7': 'M', '2': 'F', '4': 'F', '8': 'F' }[value[0] ?? ''];
  if (sex !== undefined && traits.sex !== 'UN' && traits.sex !== sex) return false;
  if (traits.birthDate.slice(2, 4) !== value.slice(1, 3)) return false;
  const month = value.slice(3, 5);
  const printedMonth = traits.birthDate.slice(5, 7);
  return Number(month) < 1 || Number(month) > 12 || printedMonth === '00' || printedMonth === month;
}
