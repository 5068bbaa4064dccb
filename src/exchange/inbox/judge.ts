import type { StoredResult } from '#record/contract';
import { rowInfo } from '#terminology';
import { type CriticalBounds, regionalCritical } from '#terminology/contract';
import type { LineValue, Severity } from './contract.ts';

/** How much a report asks to be looked at, and what a correction changed of it. Pure. */

/** Values that one line shows. */
const MOST_VALUES = 12;

export type CriticalTable = ReadonlyMap<string, CriticalBounds>;

/** The laboratory's own word first; what Cigogne computed from its interval when it said none. */
const flagOf = ({ flag, normalised }: StoredResult) => flag ?? normalised.computedFlag;

const isReported = ({ status }: StoredResult) => status === 'final' || status === 'provisional';

/** Critical by HL7 ObservationInterpretation, whatever a screen draws them with: to alert for nothing is a lesser harm than not to. */
const CRITICAL_FLAGS = new Set<string | undefined>(['AA', 'LL', 'HH']);

/** What the laboratory calls critical, or what the region's table of critical values does: the table adds, and never takes away. */
export function isCritical(result: StoredResult, table: CriticalTable): boolean {
  if (!isReported(result)) return false;
  if (CRITICAL_FLAGS.has(result.flag)) return true;
  const { number, normalised } = result;
  const bounds = table.get(normalised.row);
  if (!number || !bounds || normalised.refused !== undefined) return false;
  const { converted, ucum } = normalised;
  const value = converted?.value ?? number.value;
  const unit = converted ? bounds.unit : (ucum ?? '');
  return regionalCritical({ row: normalised.row, value, comparator: number.comparator, unit }, table) !== undefined;
}

export interface Judged {
  severity: Extract<Severity, 'critical' | 'abnormal' | 'unjudged' | 'normal'>;
  results: number;
  outside: number;
  values: LineValue[];
}

/**
 * `normal` only when every result is said to be within its interval: a culture, a text or a value without interval is for a person to read.
 * @param options.showsAll what is within its interval is shown too: of a copy of a few values, which are what its reader asked for
 */
export function judgeReport(
  results: readonly StoredResult[],
  table: CriticalTable,
  { showsAll = false }: { showsAll?: boolean } = {},
): Judged {
  const reported = results.filter(isReported);
  const critical = new Set(reported.filter((result) => isCritical(result, table)));
  const outside = reported.filter((result) => critical.has(result) || !['N', undefined].includes(flagOf(result)));
  const isWhole = reported.length > 0 && reported.length === results.length && reported.every((result) => flagOf(result) === 'N');
  const shown = (showsAll ? reported : outside).toSorted((a, b) => Number(critical.has(b)) - Number(critical.has(a)));
  return {
    severity: critical.size > 0 ? 'critical' : outside.length > 0 ? 'abnormal' : isWhole ? 'normal' : 'unjudged',
    results: reported.length,
    outside: outside.length,
    values: shown
      .slice(0, MOST_VALUES)
      .map((result) => ({ ...valueOf(result), ...(critical.has(result) && { isCritical: true as const }) })),
  };
}

/** A document carries the code of a unit (`10*9/L`): its French writing (`G/L`) is the same unit, and what the paper says. */
function unitOf({ unit, normalised }: StoredResult): string | undefined {
  const info = rowInfo(normalised.row);
  return unit !== undefined && unit === info?.unit ? info.unitPrinted : unit;
}

function valueOf(result: StoredResult): LineValue {
  const { label, text } = result;
  const unit = unitOf(result);
  const flag = flagOf(result);
  return { label, text, ...(unit !== undefined && { unit }), ...(flag !== undefined && flag !== 'N' && { flag }) };
}

/** The same analyte in two versions of one report: its code, else its name; the n-th of those that bear it. */
function keysOf(results: readonly StoredResult[]): Map<string, StoredResult> {
  const seen = new Map<string, number>();
  return new Map(
    results.map((result) => {
      const { loinc, localSystem = '', local, label, isolate = '' } = result;
      const name = `${loinc ?? (local === undefined ? label : `${localSystem}|${local}`)}|${isolate}`;
      const n = (seen.get(name) ?? 0) + 1;
      seen.set(name, n);
      return [`${name}|${n}`, result];
    }),
  );
}

/** What a later version says otherwise of values that the former one gave: old and new side by side. What is only added is no correction. */
export function correctedValues(former: readonly StoredResult[], later: readonly StoredResult[]): LineValue[] {
  const now = keysOf(later);
  return [...keysOf(former)].flatMap(([key, before]) => {
    if (!isReported(before) || before.text === '') return [];
    const after = now.get(key);
    const formerUnit = unitOf(before);
    const old = { text: before.text, ...(formerUnit !== undefined && { unit: formerUnit }) };
    if (!after || !isReported(after)) return [{ label: before.label, text: '', former: old }];
    if (after.text === before.text && after.unit === before.unit && after.interpretation === before.interpretation) return [];
    return [{ ...valueOf(after), former: old }];
  });
}

/** Of what somebody had read, what is not so now. */
export function stillWrong(told: readonly LineValue[], results: readonly StoredResult[]): LineValue[] {
  return told.flatMap(({ label, former }) => {
    if (!former) return [];
    const now = results.find((result) => result.label === label);
    if (now && now.text === former.text && now.unit === former.unit) return [];
    return [{ label, text: now?.text ?? '', ...(now?.unit !== undefined && { unit: now.unit }), former }];
  });
}
