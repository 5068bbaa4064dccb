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
