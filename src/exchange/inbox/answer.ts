import type { Principal } from '#access';
import { Refusal, type Sql, uuidv7 } from '#kernel';
import { moveAllForward, writeAttempt } from '../store-deliveries.ts';
import { type Escalation, isAwaited, nextStageAt } from './escalation.ts';
import { colleaguesOf, coveredBy, throughOf } from './show.ts';
import { answerLine, deliveriesTo, lockLine, type LineRow, writeStep } from './store-inbox.ts';

export type Act = 'seen' | 'call-back' | 'delegate' | 'reopen';

export interface Asked {
  lineId: string;
  act: Act;
  /** The colleague, to delegate. */
  to?: string | undefined;
  words?: string | undefined;
}

interface By {
  who: Principal;
  escalation: Escalation;
  /** `YYYY-MM-DD` in the region. */
  today: string;
  now: Date;
}

/**
 * What somebody says of a line of theirs. Seen by the one it was addressed to, its laboratory is told that it was read.
 * @returns the line as it is from now on
 * @throws Refusal `request.not-found` when the line is not theirs; `request.invalid` when nobody is named to delegate to
 */
export async function answer(tx: Sql, { lineId, act, to, words }: Asked, by: By): Promise<LineRow> {
  const { who, escalation, today, now } = by;
  const line = await lockLine(tx, lineId);
  const covered = await coveredBy(tx, who, today);
  if (!line || line.state === 'superseded' || !throughOf(line, who, covered, escalation))
    throw new Refusal('request.not-found', 'no such line is yours to answer', { at: 'lineId' });
  const person = { id: who.id, name: who.name };
  const delegate = act === 'delegate' ? await colleague(tx, who, to) : undefined;
  const state = { seen: 'seen', 'call-back': 'call-back', delegate: 'delegated', reopen: 'new' }[act] as Exclude<
    LineRow['state'],
    'superseded'
  >;
  await answerLine(tx, line, {
    state,
    by: person,
    at: now,
    ...(delegate && { delegate }),
    nextAt: isAwaited({ state, severity: line.severity }) ? nextStageAt(line, escalation) : undefined,
  });
  const kind = act === 'delegate' ? 'delegated' : act === 'reopen' ? 'reopened' : act;
  await writeStep(tx, line, { at: now, kind, by: person, other: delegate?.name, words });
  if (act !== 'reopen') await tellRead(tx, line, person, now);
  return { ...line, state };
}

async function colleague(tx: Sql, who: Principal, to: string | undefined): Promise<{ id: string; name: string }> {
  const found = (await colleaguesOf(tx, who)).find(({ id }) => id === to);
  if (!found) throw new Refusal('request.invalid', 'name a colleague of your structure', { at: 'to' });
  return found;
}

/** The laboratory that follows the mail sees that it was read, and by whom. */
async function tellRead(tx: Sql, { patientId, documentId, holder }: LineRow, by: { id: string; name: string }, now: Date): Promise<void> {
  for (const { deliveryId } of await deliveriesTo(tx, patientId, documentId, holder)) {
    await moveAllForward(tx, [{ patientId, deliveryId, state: 'read', now }]);
    await writeAttempt(tx, {
      patientId,
      deliveryId,
      attemptId: uuidv7(now.getTime()),
      at: now,
      step: 'read',
      actor: by.id,
      detail: by.name,
    });
  }
}

/** Several at once: only reports that are normal whole, each addressed to the one who answers. @throws Refusal when one is not */
export async function answerTogether(tx: Sql, lineIds: readonly string[], by: By): Promise<void> {
  for (const lineId of [...lineIds].toSorted()) {
    const line = await answer(tx, { lineId, act: 'seen' }, by);
    if (line.severity !== 'normal') throw new Refusal('request.invalid', 'only normal reports are seen together', { at: 'lineIds' });
  }
}

/**
 * A call of the laboratory: who called, whom, when, and whether the value was read back. Read back, it is acknowledged by the person called.
 * @throws Refusal `request.not-found` when the line is not of this laboratory
 */
export async function noteCall(
  tx: Sql,
  { lineId, to, calledAt, isReadBack }: { lineId: string; to: string; calledAt: Date; isReadBack: boolean },
  { who, structures }: { who: Principal; structures: readonly string[] },
): Promise<void> {
  const line = await lockLine(tx, lineId);
  if (!line || !structures.includes(line.structure) || line.state === 'superseded')
    throw new Refusal('request.not-found', 'no such line is of your laboratory', { at: 'lineId' });
  await writeStep(tx, line, {
    at: calledAt,
    kind: 'called',
    by: { id: who.id, name: who.name },
    other: to,
    words: isReadBack ? 'read-back' : 'not-read-back',
  });
  if (isReadBack && isAwaited(line)) await answerLine(tx, line, { state: 'seen', by: { id: `called:${who.id}`, name: to }, at: calledAt });
}
