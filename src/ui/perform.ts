import type { UseMutationResult } from '@tanstack/react-query';

/**
 * Carries out a change, then does what follows, also when the page has dropped what asked for it meanwhile (the change itself made its document leave,
 * or a push came first): callbacks given to `mutate` die with their component. A failure stays in the mutation, where the screen reads it.
 */
export function perform<Answer, Asked>(
  change: Pick<UseMutationResult<Answer, Error, Asked>, 'mutateAsync'>,
  asked: Asked,
  then: (answer: Answer) => void,
): void {
  change.mutateAsync(asked).then(then, () => {});
}
