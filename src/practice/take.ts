import { createHash } from 'node:crypto';
import type { Mode } from '#identity';
import { type Db, Refusal, type Sql } from '#kernel';
import { contentsOf, type Received } from './contents.ts';
import { recognise } from './recognise.ts';
import {
  addStep,
  keepDocument,
  keepFault,
  type KeptDocument,
  noteArrival,
  type Origin,
  placeOf,
  practicePatients,
  type Step,
  versionsOf,
} from './store.ts';

export interface TakeDeps {
  db: Db;
  mode: Mode;
}

/** What became of one document: `known` when it had come before, by this way or another. */
export interface Taken {
  documentId: string;
  uniqueId: string;
  outcome: 'filed' | 'triage' | 'withdrawn' | 'known';
  /** Why a person is asked. */
  reason?: string;
}

/** Done by the connector itself, without a click. */
export const BY_ITSELF = 'connector';

/**
 * Takes what a file or an attachment holds: each document is kept with its original, filed when there is no doubt whose it is, else put in triage;
 * all in one transaction, so that a crash leaves all or nothing.
 * @throws Refusal when it cannot be opened; its bytes are then kept with the reason
 */
export async function take({ db, mode }: TakeDeps, bytes: Uint8Array, mediaType: string | undefined, origin: Origin): Promise<Taken[]> {
  const now = new Date();
  try {
    const received = contentsOf(bytes, mediaType);
    return await db.transaction(async (tx) => {
      const taken: Taken[] = [];
      for (const one of received) taken.push(await takeOne(tx, one, { mode, origin, now }));
      return taken;
    });
  } catch (error) {
    if (!(error instanceof Refusal) || error.code === 'store.unavailable') throw error;
    const sha256 = createHash('sha256').update(bytes).digest();
    await keepFault(db, { sha256, origin, code: error.code, at: error.at, message: error.message, bytes }, now);
    throw error;
  }
}

async function takeOne(tx: Sql, received: Received, { mode, origin, now }: { mode: Mode; origin: Origin; now: Date }): Promise<Taken> {
  const { uniqueId } = received;
  const sha256 = createHash('sha256').update(received.bytes).digest();
  const kept = await keepDocument(tx, received, sha256, now);
  const { documentId } = kept;
  await noteArrival(tx, documentId, origin, now);
  if (received.action === 'delete') return withdraw(tx, kept, origin, now);
  if (!kept.isNew) {
    // The same identifier must be the same document: otherwise a person has to know that one of the two is not what it says.
    if (!kept.sha256.equals(sha256) && received.mediaType === kept.mediaType)
      throw new Refusal('deposit.conflicting-bytes', `the document ${uniqueId} came before with other bytes`, {
        at: 'ClinicalDocument/id',
      });
    return { documentId, uniqueId, outcome: 'known' };
  }
  const step = await stepFor(tx, received, kept, mode);
  await addStep(tx, documentId, step, now);
  return {
    documentId,
    uniqueId,
    outcome: step.kind === 'filed' ? 'filed' : 'triage',
    ...(step.kind !== 'filed' && { reason: step.reason }),
  };
}

/** A later version of what is filed for somebody else says that one of the two is wrong: a person looks. */
async function stepFor(tx: Sql, received: Received, kept: KeptDocument, mode: Mode): Promise<Step> {
  const recognised = recognise(received.patient, await practicePatients(tx), mode);
  if (recognised.kind === 'triage') return { kind: 'triage', reason: recognised.doubt, by: BY_ITSELF };
  const { patientId } = recognised.patient;
  const others = await versionsOf(tx, kept);
  if (others.some((other) => other.kind === 'filed' && other.patientId !== patientId))
    return { kind: 'triage', reason: 'filed-elsewhere', by: BY_ITSELF };
  return { kind: 'filed', patientId, reason: 'ins', by: BY_ITSELF };
}

/** The sender withdraws the document: it stays kept, and is shown to nobody as a result. */
async function withdraw(tx: Sql, { documentId, uniqueId }: KeptDocument, { reference }: Origin, now: Date): Promise<Taken> {
  const place = await placeOf(tx, documentId);
  if (place?.kind === 'withdrawn') return { documentId, uniqueId, outcome: 'known' };
  const patient = place?.patientId ? { patientId: place.patientId } : {};
  await addStep(tx, documentId, { kind: 'withdrawn', ...patient, reason: `withdrawn by its sender: ${reference}`, by: BY_ITSELF }, now);
  return { documentId, uniqueId, outcome: 'withdrawn' };
}
