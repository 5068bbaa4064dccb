import { writeClinicalDocument } from '#formats';
import { arrivalOf } from './days-gone-by.ts';
import type { DepositClient } from './deposit-client.ts';
import { lettersOf } from './letter-stories.ts';
import { isStory, type Population } from './population.ts';
import { letterOfStay, staysOf } from './stays.ts';

/** Letters are for looking at a record: so many people have some, in a region of any size. */
const MOST_PEOPLE_WITH_LETTERS = 2_000;

/**
 * Deposits the letters of some people through the server's own door, one after the other, so that what is replaced comes first. Again: the same
 * bytes, which change nothing.
 * @returns how many of each answer that was a refusal, by code
 */
export async function depositLetters(
  population: Population,
  client: DepositClient,
  people: { first: number; last: number },
  signal?: AbortSignal,
): Promise<Record<string, number>> {
  const refused: Record<string, number> = {};
  const last = Math.min(people.last, population.size.patients, MOST_PEOPLE_WITH_LETTERS);
  for (let k = people.first; k <= last; k++) {
    for (const { document, clientId } of lettersOf(population, k)) {
      if (signal?.aborted) return refused;
      const arrivedAt = isStory(k) ? arrivalOf(document.createdAt, population.today) : undefined;
      const { refusal } = await client.deposit(Buffer.from(writeClinicalDocument(document)), clientId, { arrivedAt });
      if (refusal) refused[refusal] = (refused[refusal] ?? 0) + 1;
    }
  }
  return refused;
}

/** Deposits the discharge letters of the latest stays, each when it came. */
export async function depositStayLetters(population: Population, client: DepositClient, signal?: AbortSignal): Promise<void> {
  for (const stay of staysOf(population)) {
    const letter = letterOfStay(population, stay);
    if (signal?.aborted) return;
    if (!letter) continue;
    const { document, clientId } = letter;
    const arrivedAt = arrivalOf(document.createdAt, population.today);
    await client.deposit(Buffer.from(writeClinicalDocument(document)), clientId, { arrivedAt });
  }
}
