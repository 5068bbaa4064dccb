import { randomUUID } from 'node:crypto';
import { practitioner } from '#directory';
import { Refusal, type Sql } from '#kernel';
import { answerElsewhere } from '../inbox/answer-elsewhere.ts';
import { lockDeliveries, moveAllForward, writeAttempts } from '../store-deliveries.ts';
import { idOfSoftware } from './destination.ts';
import { handedTo, softwareSet } from './store.ts';

/** What a software says of a document that it was given. */
export interface SoftwareReading {
  /** The identifier of the document (`root^extension`, `root`, or its extension alone), or the number of the message that carried it (MSH-10). */
  about: string;
  /** National identifier of who read it: `8` and their RPPS. */
  reader: string;
  /** FINESS of the structures that the system which says so is registered for. */
  structures: readonly string[];
  /** They tried to, and could not: who was given it is told nothing of it. */
  hasFailed?: boolean;
  at: Date;
}

/**
 * Somebody read in their software what it was given: its laboratory reads « lu » and by whom, and nothing is asked of them again here but a critical result, which is acknowledged
 * by who says so. Only a system of the place that the software serves says it, and only of who works there. Said again, it changes nothing.
 *
 * @throws Refusal `request.not-found` when none of these structures was given it; `deposit.wrong-structure` when the reader works at none of them
 */
export async function takeReading(
  tx: Sql,
  { about, reader, structures, hasFailed = false, at }: SoftwareReading,
): Promise<{ patientId: string; documentId: string }> {
  const own = new Set(structures);
  const { destinations } = await softwareSet(tx);
  const served = new Set(destinations.flatMap(({ id, serves }) => (serves.some((finess) => own.has(finess)) ? [id] : [])));
  const given = (await handedTo(tx, about)).filter(({ recipient }) => served.has(idOfSoftware(recipient)));
  const [first] = given;
  // A short number may be that of two documents: which of them was read is not known.
  if (!first || given.some(({ documentId }) => documentId !== first.documentId))
    throw new Refusal(
      'request.not-found',
      'no document, or more than one, was given under this identifier to the software of these structures',
      {
        at: 'identifier',
      },
    );
  const person = await practitioner(tx, reader);
  if (!person?.structures.some((finess) => own.has(finess)))
    throw new Refusal('deposit.wrong-structure', 'who read it works at none of the structures of this system', { at: 'reader' });
  const { patientId, documentId } = first;
  if (hasFailed) return { patientId, documentId };
  const name = [person.title === 'DR' ? 'Dr' : person.title, person.given, person.family].filter(Boolean).join(' ');
  const isSaid = given.every(({ readBy }) => readBy.includes(name));
  if (isSaid) return { patientId, documentId };
  await lockDeliveries(tx, given);
  await moveAllForward(
    tx,
    given.map((one) => ({ ...one, state: 'read' as const, now: at })),
  );
  await writeAttempts(
    tx,
    given.map((one) => ({ ...one, attemptId: randomUUID(), at, step: 'read', actor: name })),
  );
  await answerElsewhere(tx, { patientId, documentId, by: { id: `rpps:${reader}`, name } }, { isAnswered: false, at });
  return { patientId, documentId };
}
