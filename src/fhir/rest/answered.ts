import { Refusal } from '#kernel';
import type { Bundle } from '../wire/resource.ts';
import type { EntryAnswer } from '../write/deps.ts';

/** Resources that one batch is answered with: some 50 MB. What is asked beyond that is asked by another. */
const MOST_RESOURCES = 50_000;
/** One that is longer counts as several: a file (Binary), the codes of a value set, the CapabilityStatement. */
const CHARACTERS_OF_ONE = 2_000;

/** How much a batch was answered already: its bytes bound its entries, and nothing else would bound what each of them finds. */
export class Answered {
  #left: number;

  constructor(most = MOST_RESOURCES) {
    this.#left = most;
  }

  /** @throws Refusal `access.too-many` for one more, when enough was answered */
  async add(answer: () => Promise<EntryAnswer>): Promise<EntryAnswer> {
    if (this.#left <= 0)
      throw new Refusal('access.too-many', 'this batch was answered enough: ask the rest by another', { at: 'Bundle.entry' });
    const answered = await answer();
    this.#left -= Math.max(1, weightOf(answered.resource));
    return answered;
  }
}

function weightOf(resource: unknown): number {
  if (resource === undefined) return 0;
  const { resourceType, entry } = resource as Partial<Bundle>;
  return resourceType === 'Bundle' ? (entry?.length ?? 0) : JSON.stringify(resource).length / CHARACTERS_OF_ONE;
}
