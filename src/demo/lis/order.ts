import type { LabReport } from '#formats';
import type { AnalyteKey } from '../analytes.ts';
import { ageAt, dayOf, parisClock } from '../clock.ts';
import { DEMO_OID } from '../ids.ts';
import { filtrationOf } from '../physiology.ts';
import type { Population } from '../population.ts';
import type { Measured } from '../printing.ts';
import { chance } from '../random.ts';
import { makeReport, printedPatient, type Sampling } from '../report.ts';

/** Where an order stands in the laboratory. Only what a biologist validated leaves: the first two states send nothing. */
export type OrderState = 'ordered' | 'measured' | 'partial' | 'validated' | 'corrected' | 'cancelled';

/** One step of an order; `report` when the laboratory sends something. */
export interface OrderStep {
  state: OrderState;
  report?: LabReport;
}

/** An order with its whole life, in the order in which it happens. */
export interface LisOrder {
  n: number;
  clientId: string;
  steps: readonly OrderStep[];
}

/** When the simulator was started: what makes its identifiers its own. */
export interface LisRun {
  population: Population;
  startedAt: Date;
  seed: number;
}

const MINUTE_MS = 60_000;
/** The tube was taken so long before the run, so that no report is dated in the future. */
const SAMPLED_MINUTES_BEFORE = 240;
/** From the sampling to each report that leaves. */
const MINUTES = { partial: 45, validated: 90, corrected: 150, cancelled: 150 } as const;

/** What the analysers find, in the usual units: mean and spread. The first ones are validated at once, the others need their time. */
const QUICK: Partial<Record<AnalyteKey, readonly [mean: number, spread: number]>> = {
  sodium: [139, 2.5],
  potassium: [4.3, 0.4],
  bicarbonate: [25, 1.6],
  urea: [6.1, 1.7],
  creatinine: [88, 21],
  crp: [6, 2.5],
};
const SLOW: Partial<Record<AnalyteKey, readonly [mean: number, spread: number]>> = { tsh: [2.1, 0.7], ferritin: [120, 40] };

/**
 * The life of order `n`: about one in four is first sent in part, one in ten corrected, one in twenty-five cancelled after it was sent.
 * The same run and number always make the same order.
 */
export function lisOrder(run: LisRun, n: number): LisOrder {
  const { population, seed } = run;
  const dice = chance(seed, 'lis', n);
  const person = population.person(4 + (n % Math.max(1, population.size.patients - 3)));
  const laboratory = person.laboratories[0]!;
  const isPartial = dice.yes(0.25);
  const isCorrected = dice.yes(0.1);
  const isCancelled = !isCorrected && dice.yes(0.04);
  const sampled = parisClock(run.startedAt.getTime() - SAMPLED_MINUTES_BEFORE * MINUTE_MS);
  const day = dayOf(sampled.day);
  const quick = drawn(QUICK, dice);
  quick.set('egfr', filtrationOf(Number(quick.get('creatinine')), person.sex, ageAt(person.birth, day)));
  const slow = drawn(SLOW, dice);
  const all = new Map([...quick, ...slow]);
  const base = {
    laboratory,
    day,
    minute: sampled.hour * 60 + sampled.minute,
    prescriber: person.doctor,
  };
  const sent: OrderStep[] = [];
  const send = (state: keyof typeof MINUTES, what: Partial<Sampling> & Pick<Sampling, 'measured'>) => {
    const version = sent.length + 1;
    const idOf = (v: number) => `${DEMO_OID}.8.${run.startedAt.getTime()}.${n + 1}.${v}`;
    const report = makeReport({
      sampling: { ...base, turnaround: MINUTES[state], ...what },
      edition: {
        id: idOf(version),
        setId: `${DEMO_OID}.8.${run.startedAt.getTime()}.${n + 1}`,
        version,
        replaces: version > 1 ? [idOf(version - 1)] : [],
        later: 0,
      },
      person,
      patient: printedPatient(person, laboratory),
      newFerritin: true,
    });
    sent.push({
      state,
      report: asSentBy(report, { number: `L${run.startedAt.getTime()}-${n + 1}`, clientId: laboratory.clientId, state }),
    });
  };
  // What is measured and not validated is asked and « en cours »: its value stays in the laboratory.
  if (isPartial) send('partial', { measured: quick, pending: [...slow.keys()] });
  const wrong = Number((Number(all.get('potassium')) * 1.4).toFixed(1));
  send('validated', { measured: isCorrected ? new Map([...all, ['potassium', wrong]]) : all });
  if (isCorrected)
    send('corrected', { measured: all, comments: new Map([['potassium', 'Résultat corrigé : remplace la valeur rendue précédemment.']]) });
  if (isCancelled)
    send('cancelled', {
      measured: new Map(),
      notDone: new Map([...all.keys()].map((key) => [key, 'Résultat annulé : erreur d’étiquetage du tube.'])),
      remark: 'Ce compte rendu annule et remplace le précédent.',
    });
  return { n, clientId: laboratory.clientId, steps: [{ state: 'ordered' }, { state: 'measured' }, ...sent] };
}

/** The number by which the laboratory follows the order on each act, and its system as what sends. */
function asSentBy(report: LabReport, { number, clientId, state }: { number: string; clientId: string; state: OrderState }): LabReport {
  const [first, ...others] = report.events;
  const ids = first?.ids?.map(({ root }) => ({ root, extension: number })) ?? [];
  const status = state === 'cancelled' ? { status: 'aborted' } : {};
  return {
    ...report,
    authors: [
      { ids: [{ root: `${DEMO_OID}.8`, extension: clientId }], device: { software: clientId }, time: report.createdAt },
      ...report.authors,
    ],
    events: [{ ...first, ids, ...status }, ...others.map((event) => ({ ...event, ids }))],
  };
}

function drawn(
  table: Partial<Record<AnalyteKey, readonly [mean: number, spread: number]>>,
  dice: ReturnType<typeof chance>,
): Map<AnalyteKey, Measured> {
  const entries = Object.entries(table) as [AnalyteKey, readonly [number, number]][];
  return new Map(entries.map(([key, [mean, spread]]) => [key, Number(Math.max(mean / 10, mean + spread * dice.normal()).toFixed(1))]));
}
