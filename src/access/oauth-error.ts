import { Refusal } from '#kernel';

/** Seconds a system waits before it asks again when the database is away. */
export const RETRY_AFTER_SECONDS = 2;

/** A refusal in OAuth's words (RFC 6749 §5.2): oidc-provider answers `{error, error_description}` with this status. */
export function oauthError(statusCode: 400 | 401 | 503, error: string, description: string): Error {
  return Object.assign(new Error(error), { statusCode, expose: true, error_description: description });
}

/** The database being away, told as the temporary matter that it is (the word is that of RFC 6749 §4.1.2.1); anything else is thrown as it came. */
export async function tellingAway<T>(work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    if (error instanceof Refusal && error.code === 'store.unavailable')
      throw oauthError(503, 'temporarily_unavailable', 'the database does not answer: try again');
    throw error;
  }
}
