/** Times as a French laboratory prints them: HL7 TS with the offset of the day, from a day and a wall time in mainland France. */

const DAY_MS = 86_400_000;

/** A civil day as the number of days since 1970-01-01: the demo counts days back from one of them. */
export type Day = number;

/** @param text `2026-11-22` */
export function dayOf(text: string): Day {
  const day = Date.parse(`${text}T00:00:00Z`) / DAY_MS;
  if (!Number.isInteger(day)) throw new Error(`not a day: ${text}`);
  return day;
}

/** `2026-11-22` */
export function dayText(day: Day): string {
  return new Date(day * DAY_MS).toISOString().slice(0, 10);
}

/**
 * The day that the demo calls today: the last one whose morning samples already have their results (about 11:00),
 * so that nothing in the region comes from the future.
 */
export function demoToday(nowMs: number): Day {
  const local = nowMs + offsetMinutes(Math.floor(nowMs / DAY_MS), (nowMs % DAY_MS) / 60_000) * 60_000;
  return Math.floor((local - 11 * 3_600_000) / DAY_MS);
}

/** `20261122`; kept because the same days come back for every result of a report. */
export function hl7Date(day: Day): string {
  let text = dates.get(day);
  if (text === undefined) {
    text = dayText(day).replaceAll('-', '');
    if (dates.size > 40_000) dates.clear();
    dates.set(day, text);
  }
  return text;
}
const dates = new Map<Day, string>();

/** @param minutes since midnight, wall time in mainland France; may pass midnight */
export function hl7Time(day: Day, minutes: number): string {
  const date = day + Math.floor(minutes / 1440);
  const inDay = ((Math.floor(minutes) % 1440) + 1440) % 1440;
  const hour = Math.floor(inDay / 60);
  const minute = inDay % 60;
  const offset = offsetMinutes(date, inDay) === 120 ? '+0200' : '+0100';
  return `${hl7Date(date)}${hour < 10 ? '0' : ''}${hour}${minute < 10 ? '0' : ''}${minute}00${offset}`;
}

/** European summer time: from the last Sunday of March, 02:00, to the last Sunday of October, 03:00 (directive 2000/84/EC). */
function offsetMinutes(day: Day, minutes: number): 60 | 120 {
  const year = new Date(day * DAY_MS).getUTCFullYear();
  let change = changes.get(year);
  if (!change) {
    change = [lastSunday(year, 2), lastSunday(year, 9)];
    changes.set(year, change);
  }
  const [spring, autumn] = change;
  if (day < spring || day > autumn) return 60;
  if (day === spring) return minutes >= 120 ? 120 : 60;
  return day === autumn && minutes >= 180 ? 60 : 120;
}
const changes = new Map<number, readonly [Day, Day]>();

function lastSunday(year: number, month: number): Day {
  const last = Date.UTC(year, month + 1, 0) / DAY_MS;
  // 1970-01-01 was a Thursday.
  return last - ((last + 4) % 7);
}

/** Completed years between two days. */
export function ageAt(birth: Day, at: Day): number {
  const b = new Date(birth * DAY_MS);
  const a = new Date(at * DAY_MS);
  const passed = a.getUTCMonth() > b.getUTCMonth() || (a.getUTCMonth() === b.getUTCMonth() && a.getUTCDate() >= b.getUTCDate());
  return a.getUTCFullYear() - b.getUTCFullYear() - (passed ? 0 : 1);
}

/** Day and wall time in mainland France of an instant. */
export function parisClock(epochMs: number): { day: string; hour: number; minute: number } {
  const parts = new Intl.DateTimeFormat('en-CA', { timeZone: 'Europe/Paris', dateStyle: 'short', timeStyle: 'short', hourCycle: 'h23' });
  const [day = '', time = ''] = parts.format(epochMs).split(', ');
  const [hour = 0, minute = 0] = time.split(':').map(Number);
  return { day, hour, minute };
}
