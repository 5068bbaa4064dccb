/**
 * A reason not to start that the person at the terminal can do something about: told as one sentence that says what, without a
 * stack, and the process ends with a code that is not 0. Anything else thrown while starting is a bug.
 */
export class StartError extends Error {
  override readonly name = 'StartError';
}
