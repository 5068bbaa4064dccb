import { practitioner, structure } from '#directory';
import { type Db, type Sql, uuidv7 } from '#kernel';
import { findAddress } from '../find-address.ts';
import { announce } from './announce.ts';
import { writeDeliveries } from '../store-queue.ts';
import type { InboxDeps } from './fill.ts';
import { stagesOf, type ToTell } from './escalation.ts';
import { isKeptBack } from './kept-back.ts';
import { dueLines, findSent, type LineRow, raiseLine, writeStep } from './store-inbox.ts';

const AT_ONCE = 50;
const CIGOGNE = { id: 'cigogne', name: 'Cigogne' };

export interface EscalateDeps extends Pick<InboxDeps, 'escalation'> {
  db: Db;
  domains: ReadonlySet<string> | undefined;
}

/**
 * Tells the next of the list of what nobody answered in time: they see it in their inbox, and of a critical result the place told gets the report
 * by mail, unless it is closed to those whom it was not addressed to. @returns how many were told further
 */
export async function escalateDue(deps: EscalateDeps, now: Date): Promise<number> {
  return deps.db.transaction(async (tx) => {
    const due = await dueLines(tx, now, AT_ONCE);
    for (const line of due) await raise(tx, deps, line, now);
    return due.length;
  });
}

async function raise(tx: Sql, { escalation, domains }: EscalateDeps, line: LineRow, now: Date): Promise<void> {
  const stages = stagesOf(line.severity, escalation);
  const stage = stages[line.level];
  const next = stages[line.level + 1];
  await raiseLine(tx, line, next && new Date(line.cameAt.getTime() + next.afterMs));
  if (!stage) return;
  const isOne = stage.to.includes(':');
  await writeStep(tx, line, {
    at: now,
    kind: 'escalated',
    by: CIGOGNE,
    other: stage.to,
    ...(isOne && { words: await nameOf(tx, stage.to) }),
  });
  const { practice, structure, holder } = line;
  await announce(tx, { people: [holder, stage.to], places: [...practice, structure], isForRegulation: stage.to === 'regulation' });
  if (line.severity === 'critical' && !(await isKeptBack(tx, line))) await mailTo(tx, line, placesOf(stage.to, line), domains, now);
}

const placesOf = (to: ToTell, { practice }: LineRow): string[] =>
  to === 'practice' ? practice.map((finess) => `finess:${finess}`) : to.startsWith('rpps:') || to.startsWith('finess:') ? [to] : [];

/** As the directory has it: a trace that names nobody tells nothing. */
async function nameOf(tx: Sql, recipient: string): Promise<string> {
  const [kind, number = ''] = recipient.split(':');
  if (kind === 'finess') return (await structure(tx, number))?.name ?? recipient;
  const person = await practitioner(tx, number);
  return person ? [person.title === 'DR' ? 'Dr' : person.title, person.given, person.family].filter(Boolean).join(' ') : recipient;
}

/** The report goes to their mailbox when they have one; who has none sees it in the inbox all the same. */
async function mailTo(tx: Sql, line: LineRow, recipients: string[], domains: ReadonlySet<string> | undefined, now: Date): Promise<void> {
  const { patientId, documentId, structure } = line;
  const sent = await findSent(tx, patientId, documentId);
  if (!sent) return;
  for (const recipient of recipients) {
    const found = await findAddress(tx, recipient, domains);
    if ('missing' in found) continue;
    const destination = { role: 'copy' as const, recipient, name: await nameOf(tx, recipient), rule: 'R-17', address: found.addresses[0]! };
    await writeDeliveries(
      tx,
      { patientId, documentId, structure, ...sent },
      [{ deliveryId: uuidv7(), attemptId: uuidv7(), destination }],
      now,
    );
  }
}
