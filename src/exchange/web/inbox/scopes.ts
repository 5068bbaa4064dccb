import type { InboxLine } from '../../inbox/contract.ts';

/** Whose lines are shown: all that is mine to answer, my own, those of one colleague whom I cover (`rpps:8…`), entrusted and told to me; or what waits for my colleagues. */
export type Scope = 'all' | 'own' | 'others' | 'practice' | `rpps:${string}`;

const isCovered = ({ through, holder }: InboxLine): boolean => through === 'covered' && holder.startsWith('rpps:');

/** The choices there are: a colleague who is away is named, as long as something of theirs waits. */
export function scopesOf(lines: readonly InboxLine[], isPractice: boolean): { value: Scope; name?: string }[] {
  const covered = new Map(lines.filter(isCovered).map(({ holder, holderName }) => [holder as Scope, holderName]));
  const hasOthers = lines.some((line) => line.through !== 'own' && !isCovered(line));
  return [
    { value: 'all' },
    { value: 'own' },
    ...[...covered].map(([value, name]) => ({ value, name })),
    ...(hasOthers ? [{ value: 'others' as const }] : []),
    ...(isPractice ? [{ value: 'practice' as const }] : []),
  ];
}

export function isIn(scope: Scope, line: InboxLine): boolean {
  if (scope === 'all') return true;
  if (scope === 'own') return line.through === 'own';
  return scope === 'others' ? line.through !== 'own' && !isCovered(line) : line.holder === scope && isCovered(line);
}
