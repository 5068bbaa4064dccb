/**
 * Versions of what its senders do not count: messages of HL7 v2, resources of FHIR, dossiers of HPRIM. They are numbers all the same, far beyond any
 * count, so that a later one is higher; such a version is told by its date.
 */
export const UNCOUNTED = 1_000_000;

/** Whether a version is a count, which may be told as it is. */
export const isCounted = (version: number): boolean => version < UNCOUNTED;

/** From here the seconds of a version are counted: they fit in 31 bits until 2068. */
const FIRST_SECOND = Date.UTC(2000, 0, 1);

const TS = /^(\d{4})(\d{2})?(\d{2})?(\d{2})?(\d{2})?(\d{2})?(?:\.\d+)?([+-]\d{4})?$/;

/** Seconds since 2000 of a TS of HL7, to order what one sender sends; a time without offset is taken as it stands. NaN when it is none. */
export function secondsOfTime(time: string): number {
  const parts = TS.exec(time);
  if (!parts) return Number.NaN;
  const [year, month, day, hour, minute, second] = parts.slice(1, 7).map((part) => Number(part ?? 0));
  const offset = parts[7] ?? '+0000';
  const minutes = (Number(offset.slice(1, 3)) * 60 + Number(offset.slice(3, 5))) * (offset.startsWith('-') ? -1 : 1);
  const instant = Date.UTC(year!, Math.max(0, month! - 1), Math.max(1, day!), hour!, minute! - minutes, second!);
  return Math.floor((instant - FIRST_SECOND) / 1000);
}

/** What is sent later has a higher version; 1 when its time cannot be told. */
export function versionOfTime(time: string | undefined): number {
  const seconds = time === undefined ? Number.NaN : secondsOfTime(time);
  return seconds >= 1 && seconds < 2 ** 31 ? seconds : 1;
}

/** Whether a document says that it corrects one sent before, or takes its place. */
export const isLater = ({
  version,
  replaces = [],
  isCorrection,
}: {
  version: number;
  replaces?: readonly unknown[];
  isCorrection?: true;
}): boolean => isCorrection === true || replaces.length > 0 || (version > 1 && isCounted(version));
