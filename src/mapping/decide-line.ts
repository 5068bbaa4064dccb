import { Refusal, type Sql, uuidv7 } from '#kernel';
import { sitesOf } from './lines.ts';
import { addVerdict, linesOf, lockVersions, tellChange } from './store.ts';
import { addJob } from './store-jobs.ts';

/** `asDesignated`: for the region, as they are of another laboratory. */
export interface Decider {
  id: string;
  name: string;
  asDesignated: boolean;
}

/**
 * A biologist of the laboratory, or one whom the region designated for it, decides of a line that another one proposed. Validated, it is in force for every result that arrives from now on, and the
 * history of each site that it speaks for begins to be normalised again: one transaction.
 * @throws Refusal `request.not-found` no such line in this laboratory; `request.invalid` their own line to validate, or decided already
 */
export async function decideLine(
  tx: Sql,
  asked: { laboratory: string; lineId: string; validated: boolean; reason: string; by: Decider; now: Date },
): Promise<void> {
  const { laboratory, lineId, validated, reason, by, now } = asked;
  const line = (await linesOf(tx, laboratory)).find((one) => one.lineId === lineId);
  if (!line) throw new Refusal('request.not-found', 'this laboratory has no such line', { at: 'lineId' });
  if (validated && line.proposedBy === by.id)
    throw new Refusal('request.invalid', 'a line is validated by another biologist than the one who proposed it', { at: 'lineId' });
  if (validated) await lockVersions(tx);
  const version = await addVerdict(tx, lineId, {
    validated,
    verdictReason: reason,
    decidedBy: by.id,
    decidedByName: by.name,
    asDesignated: by.asDesignated,
    decidedAt: now,
  });
  if (version === 'decided') throw new Refusal('request.invalid', 'this line was decided meanwhile', { at: 'lineId' });
  if (version === undefined) return;
  for (const site of sitesOf(line)) await addJob(tx, { jobId: uuidv7(now.getTime()), laboratory: site, version, publishedAt: now });
  await tellChange(tx);
}
