import { showBirthDate, showIns, type Text } from '#ui';
import type { Waiting } from '../contract.ts';

/** What a column of the comparison holds: what was printed, or a record. */
export type Shown = Waiting['printed'];
export type Candidate = Waiting['candidates'][number];

/** The rows, strict traits first as the eye checks them. `compared`: the trait of the comparison that judges the row. */
export const ROWS = [
  { id: 'birthFamily', compared: 'birthFamily', isStrict: true },
  { id: 'birthGivens', compared: 'birthGivens', isStrict: true },
  { id: 'birthDate', compared: 'birthDate', isStrict: true },
  { id: 'sex', compared: 'sex', isStrict: true },
  { id: 'birthPlace', compared: 'birthPlace', isStrict: true },
  { id: 'ins', compared: 'ins', isStrict: false },
  { id: 'usedFamily', compared: 'usedFamily', isStrict: false },
  { id: 'usedGiven', compared: 'usedGiven', isStrict: false },
] as const;
export type RowId = (typeof ROWS)[number]['id'];

export function shownTrait(id: RowId, shown: Shown, t: Text): string | undefined {
  switch (id) {
    case 'birthDate':
      return shown.birthDate && showBirthDate(shown.birthDate);
    case 'sex':
      return shown.sex && t(`identity.sex.${shown.sex}`);
    case 'birthPlace':
      return [shown.birthPlace?.cog, shown.birthPlace?.label].filter(Boolean).join(' ') || undefined;
    case 'ins': {
      if (!shown.ins) return undefined;
      const { number, key } = showIns(shown.ins);
      return `${number} ${key}`;
    }
    default:
      return shown[id];
  }
}

/** The record of a candidate in the shape of what was printed. */
export const ofCandidate = ({ traits, ins }: Pick<Candidate, 'traits' | 'ins'>): Shown => ({ ...traits, ...(ins && { ins: ins.value }) });

/** How a row compares: the given names are judged by the first one when the whole list cannot say. */
export function likenessOf(id: RowId, { comparison }: Candidate): 'same' | 'close' | 'different' | 'missing' {
  const likeness = comparison[id] ?? 'missing';
  if (id !== 'birthGivens') return likeness;
  return comparison['firstBirthGiven'] === 'same' || likeness === 'missing' ? likeness : (comparison['firstBirthGiven'] ?? likeness);
}

/** Whether a candidate may be offered as the expected choice: nothing printed contradicts it, mark or INS, and most of it agrees. */
export function isExpected(candidate: Candidate): boolean {
  const likenesses = ROWS.map(({ id }) => likenessOf(id, candidate));
  return candidate.score >= 80 && candidate.attributes.length === 0 && !likenesses.includes('different');
}

/** How many strict rows are the same, of how many. */
export function agreement(candidate: Candidate): { same: number; of: number } {
  const strict = ROWS.filter(({ isStrict }) => isStrict);
  return { same: strict.filter(({ id }) => likenessOf(id, candidate) === 'same').length, of: strict.length };
}
