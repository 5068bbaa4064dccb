import type { PrintedPatient } from '#formats';
import type { Sql } from '#kernel';
import { findCandidates } from './identify.ts';
import { insOf, type Mode } from './ins.ts';
import type { Candidate } from './score.ts';
import { traitsOf } from './traits.ts';

/** How sure a match is (FHIR value set match-grade). `certain` is what the rules of identification alone give: an INS with concordant traits. */
export type MatchGrade = 'certain' | 'probable' | 'possible';

/**
 * Records that could be the person described (IHE PDQm, `Patient/$match`, ITI-119), best first, scored like the candidates of the worklist.
 * None when too little is described to look for anyone: an INS, or a birth name with a birth date.
 * @throws Refusal `report.identity-forbidden` when the INS is of a domain that this instance does not take
 */
export async function matchPatient(
  sql: Sql,
  described: PrintedPatient,
  mode: Mode,
): Promise<{ candidate: Candidate; grade: MatchGrade }[]> {
  const printed = insOf(described.ids, mode);
  const ins = printed.kind === 'ins' ? printed.ins : undefined;
  const traits = traitsOf(described);
  if (!ins && !(traits.birthFamily && traits.birthDate)) return [];
  const candidates = await findCandidates(sql, traits, ins);
  return candidates.map((candidate) => ({ candidate, grade: gradeOf(candidate) }));
}

function gradeOf({ comparison, score, attributes }: Candidate): MatchGrade {
  const strict = ['birthFamily', 'firstBirthGiven', 'sex', 'birthDate', 'birthPlace'].every((trait) => comparison[trait] === 'same');
  const isClear = attributes.length === 0 && comparison['ins'] !== 'different';
  if (strict && comparison['ins'] === 'same' && comparison['birthGivens'] !== 'different') return 'certain';
  return strict && isClear && score >= 90 ? 'probable' : 'possible';
}
