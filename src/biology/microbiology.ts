/** Microbiology apart: sample, then what grew in it, then its antibiogram. */
import { readSusceptibility, type Resistance, resistancesOf, type Susceptibility } from '#terminology/contract';
import { counts, type Reading } from './reading.ts';

export interface Antibiotic {
  reading: Reading;
  label: string;
  /** S, SFP, I or R as received. */
  interpretation?: string;
  /** The same in one vocabulary, when it is one of these. */
  category?: Susceptibility;
}

export interface Germ {
  name: string;
  antibiotics: Antibiotic[];
  /** What a ward must know of, told from the laboratory's words and from the antibiogram: a help to see, not a diagnosis. */
  resistances: Resistance[];
}

export interface MicroSample {
  documentId: string;
  at: number;
  precision: Reading['precision'];
  laboratory: { finess: string; name: string };
  specimen?: string;
  germs: Germ[];
}

/** @returns newest sample first; germs in the order of the report */
export function microSamples(readings: readonly Reading[]): MicroSample[] {
  const bySample = Map.groupBy(readings, (reading) => `${reading.report.documentId} ${reading.at} ${reading.result.specimen ?? ''}`);
  return [...bySample.values()].map(sampleOf).toSorted((a, b) => b.at - a.at);
}

function sampleOf(readings: Reading[]): MicroSample {
  const { report, at, precision, result } = readings[0]!;
  const germs = Map.groupBy(readings, (reading) => reading.result.isolate ?? '');
  return {
    documentId: report.documentId,
    at,
    precision,
    laboratory: report.laboratory,
    ...(result.specimen && { specimen: result.specimen }),
    germs: [...germs].map(([name, list]) => ({ name, antibiotics: list.map(antibioticOf), resistances: resistancesIn(name, list) })),
  };
}

function antibioticOf(reading: Reading): Antibiotic {
  const { label, interpretation, normalised } = reading.result;
  const category = normalised.answer?.kind === 'susceptibility' ? normalised.answer.category : undefined;
  return { reading, label, ...(interpretation && { interpretation }), ...(category && { category }) };
}

function resistancesIn(germ: string, readings: readonly Reading[]): Resistance[] {
  const counting = readings.filter(counts);
  const results = counting.map(({ result: { normalised, label, interpretation, text }, at }) => ({
    row: normalised.row,
    label,
    susceptibility: readSusceptibility(interpretation ?? text, new Date(at).getUTCFullYear()),
  }));
  const words = counting.flatMap(({ result: { label, text, comment, number } }) => [comment ?? '', number ? '' : `${label} ${text}`]);
  return resistancesOf(germ, results, words);
}

/** What was found at one site, sample after sample. */
export interface SiteHistory {
  /** As sent; absent when the laboratory did not say it. */
  specimen?: string;
  /** Oldest first. */
  samples: MicroSample[];
  /** Resistances ever found there, with the last time: an earlier carrier stays known. */
  resistances: { germ: string; resistance: Resistance; at: number }[];
}

/** @returns the site sampled last first. Sites are told apart as laboratories write them, case and blanks aside: urine is never joined to blood. */
export function siteHistories(samples: readonly MicroSample[]): SiteHistory[] {
  const bySite = Map.groupBy(samples, ({ specimen }) => (specimen ?? '').trim().toLowerCase());
  return [...bySite.values()]
    .map((list): SiteHistory => {
      const oldestFirst = list.toSorted((a, b) => a.at - b.at);
      const specimen = oldestFirst.at(-1)!.specimen;
      return { ...(specimen !== undefined && { specimen }), samples: oldestFirst, resistances: lastResistances(oldestFirst) };
    })
    .toSorted((a, b) => b.samples.at(-1)!.at - a.samples.at(-1)!.at);
}

function lastResistances(samples: readonly MicroSample[]): SiteHistory['resistances'] {
  const last = new Map<string, SiteHistory['resistances'][number]>();
  for (const { at, germs } of samples) {
    for (const { name, resistances } of germs) {
      for (const resistance of resistances) last.set(`${name} ${resistance}`, { germ: name, resistance, at });
    }
  }
  return [...last.values()];
}

/** Germs that grew in a sample, by name; none when the culture found nothing or nothing was named. */
export const germsOf = ({ germs }: MicroSample): string[] => [...new Set(germs.map(({ name }) => name).filter((name) => name !== ''))];
