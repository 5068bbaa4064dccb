import { compareTraits } from './compare.ts';
import type { Likeness, Patient } from './contract.ts';
import type { Ins } from './ins.ts';
import type { PrintedTraits } from './traits.ts';

/**
 * How much each trait says, in bits, by the probabilistic model of Fellegi and Sunter (A theory for record linkage, JASA 1969):
 * log2(probability of this likeness between two prints of one person ÷ between two different people).
 *
 * Same person: our estimate of the slips of a laboratory's reception desk. Different people: chance alone — a day among 80 years
 * (1 ÷ 29,000), one of two sexes, a family name shared by 1 in 1,000, a given name by 1 in 100, a birthplace by 1 in 50 inside a region.
 * The score only orders the candidates and hides the hopeless: no arrival is ever joined by it.
 */
const PROBABILITIES: Record<string, Record<'same' | 'close' | 'different', readonly [samePerson: number, chance: number]>> = {
  birthFamily: { same: [0.95, 0.001], close: [0.035, 0.003], different: [0.015, 0.996] },
  firstBirthGiven: { same: [0.95, 0.01], close: [0.03, 0.01], different: [0.02, 0.98] },
  birthGivens: { same: [0.7, 0.35], close: [0.25, 0.15], different: [0.05, 0.5] },
  sex: { same: [0.995, 0.5], close: [0.995, 0.5], different: [0.005, 0.5] },
  birthDate: { same: [0.97, 1 / 29_000], close: [0.025, 1 / 500], different: [0.005, 0.998] },
  birthPlace: { same: [0.93, 0.02], close: [0.04, 0.2], different: [0.03, 0.78] },
  ins: { same: [0.99, 1 / 350_000], close: [0.99, 0.5], different: [0.01, 1] },
};

const bitsOf = (trait: string, likeness: Likeness): number => {
  const pair = likeness === 'missing' ? undefined : PROBABILITIES[trait]?.[likeness];
  return pair ? Math.round(Math.log2(pair[0] / pair[1]) * 10) / 10 : 0;
};

const TRAITS = Object.keys(PROBABILITIES).filter((trait) => trait !== 'ins');
const ALL_SAME_BITS = TRAITS.reduce((sum, trait) => sum + bitsOf(trait, 'same'), 0);

/** What a region may tune. */
export interface ScoreSettings {
  /** Candidates below this score (0 to 100) are not proposed. */
  leastScore: number;
  /** Candidates proposed at most. */
  mostCandidates: number;
}
export const DEFAULT_SCORE: ScoreSettings = { leastScore: 35, mostCandidates: 5 };

export type Candidate = Patient & {
  score: number;
  comparison: Record<string, Likeness>;
  /** Bits that each trait brought for (positive) or against. */
  weights: Record<string, number>;
};

/** A record as a candidate for what was printed: 100 when every strict trait is the same. The INS counts over and above. */
export function scoreCandidate(printed: PrintedTraits, ins: Ins | undefined, patient: Patient): Candidate {
  const insLikeness: Likeness =
    !ins || !patient.ins ? 'missing' : ins.oid === patient.ins.oid && ins.value === patient.ins.value ? 'same' : 'different';
  const comparison: Record<string, Likeness> = { ...compareTraits(printed, patient.traits), ins: insLikeness };
  const weights = Object.fromEntries([...TRAITS, 'ins'].map((trait) => [trait, bitsOf(trait, comparison[trait] ?? 'missing')]));
  const bits = Object.values(weights).reduce((sum, weight) => sum + weight, 0);
  return { ...patient, score: Math.max(0, Math.min(100, Math.round((100 * bits) / ALL_SAME_BITS))), comparison, weights };
}

/** The best candidates first; a record with the same INS is always among them, whatever its traits, and in the rank of its traits. */
export function rankCandidates(
  printed: PrintedTraits,
  ins: Ins | undefined,
  patients: readonly Patient[],
  settings: ScoreSettings = DEFAULT_SCORE,
): Candidate[] {
  const ranked = patients
    .map((patient) => scoreCandidate(printed, ins, patient))
    .toSorted((a, b) => b.score - a.score || (a.patientId < b.patientId ? -1 : 1));
  const isSameIns = (candidate: Candidate) => candidate.comparison['ins'] === 'same';
  const others = ranked.filter((candidate) => candidate.score >= settings.leastScore && !isSameIns(candidate));
  const kept = new Set([...ranked.filter(isSameIns), ...others].slice(0, settings.mostCandidates));
  return ranked.filter((candidate) => kept.has(candidate));
}
