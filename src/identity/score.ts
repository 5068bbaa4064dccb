import { type Name, traitsUnder } from './aliases.ts';
import { compareTraits, type Comparison } from './compare.ts';
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
  /** The alias under which the names agree better than under those borne now. */
  knownAs?: { family: string; givens: string };
  comparison: Record<string, Likeness>;
  /** Bits that each trait brought for (positive) or against; `alias`, what it gives back of the names. */
  weights: Record<string, number>;
};

/**
 * A record as a candidate for what was printed: 100 when every strict trait is the same. The INS counts over and above. The comparison is always with the
 * names borne now: an alias moves the rank, and joins nothing.
 */
export function scoreCandidate(printed: PrintedTraits, ins: Ins | undefined, patient: Patient, aliases: readonly Name[] = []): Candidate {
  const insLikeness: Likeness =
    !ins || !patient.ins ? 'missing' : ins.oid === patient.ins.oid && ins.value === patient.ins.value ? 'same' : 'different';
  const comparison: Record<string, Likeness> = { ...compareTraits(printed, patient.traits), ins: insLikeness };
  const weights = Object.fromEntries([...TRAITS, 'ins'].map((trait) => [trait, bitsOf(trait, comparison[trait] ?? 'missing')]));
  const known = bestAlias(printed, patient, weights, aliases);
  if (known) weights['alias'] = known.bits;
  const bits = Object.values(weights).reduce((sum, weight) => sum + weight, 0);
  const score = Math.max(0, Math.min(100, Math.round((100 * bits) / ALL_SAME_BITS)));
  return { ...patient, score, comparison, weights, ...(known && { knownAs: { family: known.family, givens: known.givens } }) };
}

const NAMES = ['birthFamily', 'firstBirthGiven', 'birthGivens'] as const;

/**
 * The alias that says most for this record, and the bits that it gives back. Each name that is the very one of the alias counts as one close to that
 * borne now, no more: few people print a name they have left, and each alias is one more name to be met by chance. One whose other names are
 * not like those printed says nothing: DUPONT ODETTE speaks for no DUPONT JEANNE.
 */
function bestAlias(
  printed: PrintedTraits,
  { traits }: Patient,
  weights: Readonly<Record<string, number>>,
  aliases: readonly Name[],
): { family: string; givens: string; bits: number } | undefined {
  const gains = aliases.map(({ family, givens, firstGiven }) => {
    const under: Comparison = compareTraits(printed, traitsUnder({ family, givens, firstGiven }, traits));
    const isIt = under.birthFamily === 'same' && (under.firstBirthGiven === 'same' || under.firstBirthGiven === 'close');
    const gain = NAMES.reduce((sum, name) => {
      const worth = under[name] === 'same' ? bitsOf(name, 'close') : -Infinity;
      return sum + Math.max(0, worth - (weights[name] ?? 0));
    }, 0);
    return { family, givens, bits: isIt ? Math.round(gain * 10) / 10 : 0 };
  });
  return gains.filter(({ bits }) => bits > 0).toSorted((a, b) => b.bits - a.bits)[0];
}

/** The best candidates first; a record with the same INS is always among them, whatever its traits, and in the rank of its traits. */
export function rankCandidates(
  printed: PrintedTraits,
  ins: Ins | undefined,
  patients: readonly Patient[],
  settings: ScoreSettings = DEFAULT_SCORE,
  aliases: ReadonlyMap<string, readonly Name[]> = new Map(),
): Candidate[] {
  const ranked = patients
    .map((patient) => scoreCandidate(printed, ins, patient, aliases.get(patient.patientId)))
    .toSorted((a, b) => b.score - a.score || (a.patientId < b.patientId ? -1 : 1));
  const isSameIns = (candidate: Candidate) => candidate.comparison['ins'] === 'same';
  const others = ranked.filter((candidate) => candidate.score >= settings.leastScore && !isSameIns(candidate));
  const kept = new Set([...ranked.filter(isSameIns), ...others].slice(0, settings.mostCandidates));
  return ranked.filter((candidate) => kept.has(candidate));
}
