import type { Reading } from './reading.ts';

/**
 * What a result in words answers, comparable across laboratories: `negative`, `positive`, `equivocal`, `trace`, or a titre as `1/160`.
 * Undefined for a number, an antibiogram, and words that are no plain answer.
 */
export function answerOf({ result, value, status }: Pick<Reading, 'result' | 'value' | 'status'>): string | undefined {
  const { answer } = result.normalised;
  if (!answer || value !== undefined || status === 'cancelled' || status === 'withdrawn') return undefined;
  if (answer.kind === 'qualitative') return answer.answer;
  return answer.kind === 'titre' ? `${answer.comparator ?? ''}1/${answer.titre}` : undefined;
}
