/** Beyond, a version is no count: messages of HL7 v2 and resources of FHIR have none, and are put in order by the second they were issued. */
export const MOST_COUNTED = 10_000;

interface Numbered {
  version: number;
  /** ISO 8601. */
  issuedAt?: string | null;
}

const isCounted = ({ version }: Numbered) => version < MOST_COUNTED;

/** From here the seconds of a version are counted (`version-of-time.ts` of formats). */
const FIRST_SECOND = Date.UTC(2000, 0, 1);
/** A counted version stands beside the others as one that is final, which is a second after its time: its draft is at it, what corrects it after. */
const secondOf = (one: Numbered) => (isCounted(one) ? Math.floor((Date.parse(one.issuedAt ?? '') - FIRST_SECOND) / 1000) + 1 : one.version);

/**
 * The order of two versions of one series: negative when `a` is the earlier. A series of which one came counted and the other by its time (one report
 * by two ways) is in the order of the times: a count of 2 is not before the second 800 000 000. Zero when nothing says which is the later.
 */
export function compareVersions(a: Numbered, b: Numbered): number {
  if (isCounted(a) === isCounted(b)) return a.version - b.version;
  const apart = secondOf(a) - secondOf(b);
  return Number.isNaN(apart) ? a.version - b.version : apart;
}

/** Whether a document says that it corrects another: in so many words, or it names what it replaces, or is not the first of its counted versions. */
export const isCorrection = (one: { version: number; replaces: readonly unknown[]; isCorrection?: boolean }): boolean =>
  one.isCorrection === true || one.replaces.length > 0 || (one.version > 1 && one.version < MOST_COUNTED);
