import { StartError } from '#kernel';
import type { LineState, Severity } from './contract.ts';

/** Who is told next of what nobody answered, and after how long: the region's list, read once. Pure. */

/** `practice`: the colleagues of the person it was addressed to; `regulation`: Centre 15; `laboratory`: who issued it; else one person or place. */
export type ToTell = 'practice' | 'regulation' | 'laboratory' | `rpps:${string}` | `finess:${string}`;

export interface Stage {
  /** After the report came. */
  afterMs: number;
  to: ToTell;
}

export interface Escalation {
  critical: readonly Stage[];
  abnormal: readonly Stage[];
}

const UNITS_MS = { min: 60_000, h: 3_600_000, d: 86_400_000 } as const;

/**
 * `30min practice, 60min regulation`: each delay is counted from the arrival, and grows along the list.
 * @throws StartError on a list that cannot be applied whole: nobody would know who is told
 */
export function readStages(text: string, variable: string): Stage[] {
  const stages = text
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '')
    .map((part): Stage => {
      const found = /^(\d{1,4})(min|h|d) (practice|regulation|laboratory|rpps:\d{6,12}|finess:\d[\dAB]\d{7})$/.exec(part);
      if (!found)
        throw new StartError(
          `${variable}: "${part}" is not of the form 30min practice (min, h or d; practice, regulation, laboratory, rpps:…, finess:…).`,
        );
      const [, count, unit, to] = found;
      return { afterMs: Number(count) * UNITS_MS[unit as keyof typeof UNITS_MS], to: to as ToTell };
    });
  if (stages.some(({ afterMs }, n) => n > 0 && afterMs <= stages[n - 1]!.afterMs))
    throw new StartError(`${variable}: delays must grow along the list.`);
  return stages;
}

/** The stages of a line; none for what is only to be read. */
export function stagesOf(severity: Severity, { critical, abnormal }: Escalation): readonly Stage[] {
  if (severity === 'critical') return critical;
  return severity === 'abnormal' || severity === 'corrected' || severity === 'withdrawn' ? abnormal : [];
}

/** When the next of the list is told of a line that came then and was told so far; undefined: nobody is left. */
export function nextStageAt(
  { severity, level, cameAt, why }: { severity: Severity; level: number; cameAt: Date; why: string },
  escalation: Escalation,
): Date | undefined {
  const next = why === 'copy' ? undefined : stagesOf(severity, escalation)[level];
  return next && new Date(cameAt.getTime() + next.afterMs);
}

/**
 * Does somebody still have to answer for a line? « À rappeler » says that it was read, not that a critical value was taken charge of: who does not get the
 * patient on the telephone would otherwise leave nobody else told.
 */
export const isAwaited = ({ state, severity }: { state: LineState; severity: Severity }): boolean =>
  state === 'new' || state === 'delegated' || (state === 'call-back' && severity === 'critical');

/** Who a line was told to so far: the stages behind it. */
export const toldTo = (severity: Severity, level: number, escalation: Escalation): ToTell[] =>
  stagesOf(severity, escalation)
    .slice(0, level)
    .map(({ to }) => to);

/** The stages still ahead of a line, each with its instant; `other` is one person or place, named by a number. */
export function ladderOf(
  { severity, level, cameAt }: { severity: Severity; level: number; cameAt: Date },
  escalation: Escalation,
): { at: string; to: 'practice' | 'regulation' | 'laboratory' | 'other' }[] {
  return stagesOf(severity, escalation)
    .slice(level)
    .map(({ afterMs, to }) => ({
      at: new Date(cameAt.getTime() + afterMs).toISOString(),
      to: to === 'practice' || to === 'regulation' || to === 'laboratory' ? to : 'other',
    }));
}
