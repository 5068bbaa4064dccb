import { type Db, keepDoing, type Sql } from '#kernel';
import { change } from '../change.ts';
import type { IdentityFacts } from '../contract.ts';
import type { Ins, Mode } from '../ins.ts';
import { refileUnderIns } from '../refile.ts';
import { patientByIns } from '../store.ts';
import { insertEvents } from '../store-events.ts';
import { factsOf } from '../store-facts.ts';
import { noteDuplicate } from '../store-source.ts';
import type { AfterDecision } from '../worklist.ts';
import type { Insi } from './client.ts';
import { isToAsk, judgeAnswer, type Verdict } from './decide.ts';
import { forgetRequest, type InsiRequest, takeRequest, tryAgainAt } from './store.ts';

/** When nothing is due. */
const IDLE_MS = 1_000;
/** A server that died while asking: another asks again after this. */
const LEASE_MS = 60_000;
const FIRST_WAIT_MS = 5_000;
const LONGEST_WAIT_MS = 3_600_000;

export interface InsiWorkerDeps {
  db: Db;
  insi: Insi;
  mode: Mode;
  after: Pick<AfterDecision, 'resume'>;
  /** Told of a failure of ours; a service that does not answer is no failure, it is asked again. */
  onError: (error: unknown) => void;
}

/** Asks the national service about whoever has still to be asked about, one at a time, for as long as it takes. @returns how to stop */
export function startInsi(deps: InsiWorkerDeps): () => Promise<void> {
  const step = async () => ({ atLeast: 0, atMost: (await askNext(deps, new Date())) ? 0 : IDLE_MS });
  return keepDoing(step, deps.onError).stop;
}

/** One request, if one is due. @returns false when none was */
export async function askNext(deps: InsiWorkerDeps, now: Date): Promise<boolean> {
  const { db, insi, mode } = deps;
  const request = await takeRequest(db, now, new Date(now.getTime() + LEASE_MS));
  if (!request) return false;
  const kept = await factsOf(db, request.patientId);
  if (!kept || kept.mergedInto || !isToAsk(kept.facts)) {
    await forgetRequest(db, request);
    return true;
  }
  const answer = await insi.searchByTraits(kept.facts.traits).catch(() => undefined);
  if (!answer) {
    await tryAgainAt(db, request, new Date(now.getTime() + waitBefore(request.attempts)));
    return true;
  }
  const verdict = judgeAnswer(kept.facts, answer);
  try {
    await db.transaction((tx) => apply(tx, request, kept.facts, verdict, now));
  } catch (error) {
    if (error instanceof OutOfDate) return true;
    throw error;
  }
  if (verdict.kind !== 'unknown') await refileUnderIns(db, [kept.facts.ins], { ...BY, mode, now }, deps.after);
  return true;
}

const BY = { who: { id: 'system:insi', name: 'INSi' }, reason: 'answer of the national service' };

/** Doubles at each failure, up to an hour. */
export const waitBefore = (attempts: number): number => Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** Math.max(0, attempts - 1));

async function apply(tx: Sql, request: InsiRequest, asked: IdentityFacts, verdict: Verdict, now: Date): Promise<void> {
  const { patientId } = request;
  const by = { ...BY, now };
  await forgetRequest(tx, request);
  const unlessChanged = (next: Partial<IdentityFacts>) => (facts: IdentityFacts) => {
    if (JSON.stringify(facts) !== JSON.stringify(asked)) throw new OutOfDate();
    return { ...facts, ...next };
  };
  if (verdict.kind === 'refuted') {
    await change(tx, { patientId, ...by }, 'insi-refuted', unlessChanged({ ins: undefined, insiAt: undefined }));
    return;
  }
  const why = verdict.kind === 'unknown' ? verdict.why : await isSomeoneElses(tx, patientId, verdict.ins, now);
  if (verdict.kind === 'unknown' || why) {
    await insertEvents(tx, [{ patientId, kind: 'insi-unknown' }], { ...by, reason: `insi:${why}` });
    return;
  }
  const { ins, birthGivens } = verdict;
  const confirmed = { ins, insiAt: now.toISOString(), traits: { ...asked.traits, birthGivens } };
  await change(tx, { patientId, ...by }, 'insi-confirmed', unlessChanged(confirmed));
}

/** What was asked about is no longer what is known: that change has asked anew, this answer is of no use. */
class OutOfDate extends Error {}

/** The service gives this person a matricule that another record holds: one person twice, for the identity cell to merge. */
async function isSomeoneElses(tx: Sql, patientId: string, ins: Ins, now: Date): Promise<'duplicate' | undefined> {
  const holder = await patientByIns(tx, ins);
  if (!holder || holder.patientId === patientId) return undefined;
  await noteDuplicate(tx, patientId, holder.patientId, 'system:insi', now);
  return 'duplicate';
}
