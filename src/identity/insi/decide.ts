import { compareTraits, isConcordant } from '../compare.ts';
import type { IdentityFacts } from '../contract.ts';
import type { Ins } from '../ins.ts';
import { comparedName, isComplete, wordsOf } from '../traits.ts';
import { permits, statusOf } from '../status.ts';
import type { InsiAnswer } from './messages.ts';

/** What an answer of the national service makes of an identity. */
export type Verdict =
  /** The INS is theirs; the list of given names is the national one. */
  | { kind: 'confirmed'; ins: Ins; birthGivens: string }
  /** The INS is not of these traits: it is taken from the record (RNIV: an invalid identity loses its INS). */
  | { kind: 'refuted' }
  /** Nothing can be concluded: a person has to look. */
  | { kind: 'unknown'; why: 'none' | 'several' | 'replaced' | 'other-traits' };

/** Whether the service may be asked about an identity: strict traits complete, nothing confirmed yet, neither doubtful nor fictitious. */
export function isToAsk(facts: IdentityFacts): boolean {
  const identity = { status: statusOf(facts), attributes: facts.doubts };
  return facts.insiAt === undefined && isComplete(facts.traits) && facts.traits.sex !== 'UN' && permits(identity, 'national-service');
}

/** Pure: the answer about these facts, judged. Source: RNIV v2; guide d'implémentation de l'INS v3 (verification). */
export function judgeAnswer(facts: IdentityFacts, answer: InsiAnswer): Verdict {
  if (answer.found === 'several') return { kind: 'unknown', why: 'several' };
  if (answer.found === 'none') return facts.ins ? { kind: 'refuted' } : { kind: 'unknown', why: 'none' };
  const { ins, former, traits } = answer.identity;
  if (!isConcordant(compareTraits(facts.traits, traits))) return { kind: 'unknown', why: 'other-traits' };
  if (facts.ins && !isSame(facts.ins, ins)) {
    return former.some((one) => isSame(one, facts.ins!)) ? { kind: 'unknown', why: 'replaced' } : { kind: 'refuted' };
  }
  return { kind: 'confirmed', ins, birthGivens: fuller(facts.traits.birthGivens, traits.birthGivens) };
}

const isSame = (a: Ins, b: Ins) => a.oid === b.oid && a.value === b.value;

/** The national list where ours is only its beginning; ours, with its own hyphens, where both say the same. */
function fuller(ours: string, national: string): string {
  return comparedName(ours) === comparedName(national) || wordsOf(ours).length > wordsOf(national).length ? ours : national;
}
