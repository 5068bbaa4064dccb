import type { Principal } from '#access';
import type { Sql } from '#kernel';
import { judgedText } from './heard-events.ts';
import { noteChange, takeOut } from './store.ts';
import { writeDocumentEvent } from './store-registry.ts';

/**
 * Takes a report out of a record where a person had put it by mistake: it waits again, and open pages are told. Not a version of
 * anything: this patient must keep nothing of it but the trail of who read it.
 */
export function withdrawReport(tx: Sql, withdrawal: { depositId: string; patientId: string; eventId: string }): Promise<void> {
  const { patientId } = withdrawal;
  return takeOut(tx, withdrawal, (documentId) => judgedText(tx, { patientId, documentId }));
}

/** Withdraws a document as its sender asks: nobody reads it any more, everything of it stays. Open pages are told. */
export async function withdrawFiled(
  tx: Sql,
  document: { patientId: string; documentId: string },
  { eventId, at, sender, reason }: { eventId: string; at: Date; sender: Principal; reason: string },
): Promise<void> {
  const item = await judgedText(tx, document);
  const actor = { actor: sender.id, actorName: sender.name ?? sender.id, role: sender.role };
  await writeDocumentEvent(tx, { ...actor, ...document, eventId, kind: 'delete', mask: null, at: at.toISOString(), reason });
  await noteChange(tx, { ...document, eventId, kind: 'report-withdrawn', item });
}
