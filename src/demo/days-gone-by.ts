import type { IncomingHttpHeaders } from 'node:http';
import { readHl7Time } from '#kernel';
import type { Day } from './clock.ts';

/** A region that was there before it was started: when the documents of the stories came. */

const DAY_MS = 86_400_000;
const ZONE = 'Europe/Paris';

/** The region took over what its places already held so many days before today; what is newer came minutes after it was written. */
const TAKEN_OVER_DAYS = 30;
const MINUTES_ON_THE_WAY = 3;

/** By this header a deposit of the demo says when it came. A production server does not read it. */
export const ARRIVED_HEADER = 'cigogne-demo-arrived';

/** When a document of a story came. @param createdAt HL7 time. @returns ISO 8601 */
export function arrivalOf(createdAt: string, today: Day): string {
  const written = readHl7Time(createdAt, ZONE)?.epochMs ?? 0;
  const takenOver = (today - TAKEN_OVER_DAYS) * DAY_MS + DAY_MS / 2;
  return new Date(Math.max(takenOver, written + MINUTES_ON_THE_WAY * 60_000)).toISOString();
}

/** When the deposit of this request came, of a demo that tells of days gone by; undefined for now, and for any day to come. */
export function arrivedAt(headers: IncomingHttpHeaders): Date | undefined {
  const said = Date.parse(String(headers[ARRIVED_HEADER]));
  return said < Date.now() ? new Date(said) : undefined;
}
