import type { Principal } from '#access';
import { Refusal, type Sql, uuidv7 } from '#kernel';
import type { DocumentItem, Mask, StatusAct, StatusChange, VisibilityChange } from './document-contract.ts';
import { judgedText } from './heard-events.ts';
import { noteChange } from './store.ts';
import { writeDocumentEvent } from './store-registry.ts';

const DAY_MS = 86_400_000;
/** Nobody may leave a patient untold for longer: our default. */
const MOST_DAYS_UNTOLD = 90;

const MASKS: readonly Mask[] = ['MASQUE_PS', 'INVISIBLE_PATIENT', 'INVISIBLE_REPRESENTANTS_LEGAUX'];

/**
 * What a reader to whom a document is open may do to its visibility. The patient hides from professionals and shows again, whoever hid; doctors
 * and midwives hide from the patient until they tell, and from representatives, and end it; only its author hides a document from the other
 * professionals, and only what a professional hid so is shown again by one. Sources: TRE_A07, PDSm; who lifts what is our reading.
 */
export function mayChange(who: Principal, item: DocumentItem): { hide: Mask[]; show: Mask[] } {
  const inForce = new Map(item.masks.map((one) => [one.mask, one]));
  const isAuthor = isOwnDocument(who, item);
  const may = (mask: Mask): boolean => {
    if (who.role === 'patient') return mask === 'MASQUE_PS' || mask === 'INVISIBLE_REPRESENTANTS_LEGAUX';
    if (!TELLERS.has(who.role)) return false;
    return mask === 'MASQUE_PS' ? isAuthor && inForce.get(mask)?.by.role !== 'patient' : true;
  };
  const own = MASKS.filter(may);
  return { hide: own.filter((mask) => !inForce.has(mask)), show: own.filter((mask) => inForce.has(mask)) };
}

/** Who filed a document from a screen, or wrote it, answers for it. */
export function isOwnDocument({ id }: Principal, { authors, filedBy }: Pick<DocumentItem, 'authors' | 'filedBy'>): boolean {
  return filedBy?.id === id || authors.some((author) => author.id === id);
}

/**
 * What a reader may do to the status of a document: who filed or wrote it archives, withdraws and restores it; the patient archives and restores
 * what others filed, and withdraws nothing but their own. Reports of biology are withdrawn by their laboratory and the identity cell alone.
 * Our reading, to be confirmed.
 */
export function mayChangeStatus(who: Principal, item: DocumentItem): StatusAct[] {
  if (item.kind !== 'document') return [];
  const isOwn = isOwnDocument(who, item);
  if (!isOwn && who.role !== 'patient') return [];
  if (item.status === 'deleted') return isOwn ? ['restore'] : [];
  return [item.status === 'archived' ? 'restore' : 'archive', ...(isOwn ? ['delete' as const] : [])];
}

/** Archives, withdraws or restores a document, as one more row. @throws Refusal `access.denied` when this reader may not */
export async function changeStatus(
  tx: Sql,
  item: DocumentItem,
  { act, reason }: StatusChange,
  { who, now }: { who: Principal; now: Date },
): Promise<void> {
  if (!mayChangeStatus(who, item).includes(act)) throw new Refusal('access.denied', 'this is not yours to change', { at: `status.${act}` });
  const { patientId, documentId } = item;
  const by = { actor: who.id, actorName: who.name, role: who.role };
  await tellChange(tx, item, act !== 'restore', now);
  await writeDocumentEvent(tx, {
    patientId,
    documentId,
    kind: act,
    mask: null,
    eventId: uuidv7(now.getTime()),
    at: now.toISOString(),
    ...by,
    reason,
  });
}

/** Those whose work is to tell a patient. */
const TELLERS: ReadonlySet<Principal['role']> = new Set(['gp', 'specialist', 'midwife', 'biologist']);

/**
 * Hides a document or shows it again, as one more row.
 * @throws Refusal `access.denied` when this reader may not; `request.invalid` when hiding from the patient has no day by which they are told
 */
export async function changeVisibility(
  tx: Sql,
  patientId: string,
  item: DocumentItem,
  { act, mask, reason, dueAt }: VisibilityChange,
  { who, now }: { who: Principal; now: Date },
): Promise<void> {
  if (!mayChange(who, item)[act].includes(mask))
    throw new Refusal('access.denied', 'this is not yours to change', { at: `visibility.${mask}` });
  const isToTell = act === 'hide' && mask === 'INVISIBLE_PATIENT';
  const announcement = isToTell ? announcementOf(who, dueAt, now) : {};
  await tellChange(tx, item, act === 'hide', now);
  await writeDocumentEvent(tx, {
    patientId,
    documentId: item.documentId,
    kind: act,
    mask,
    eventId: uuidv7(now.getTime()),
    at: now.toISOString(),
    actor: who.id,
    actorName: who.name,
    role: who.role,
    ...(reason !== undefined && { reason }),
    ...announcement,
  });
}

/** Open pages are told: those that showed the document before it was closed, or those that may show it now. */
async function tellChange(tx: Sql, document: DocumentItem, isClosing: boolean, now: Date): Promise<void> {
  const { patientId, documentId } = document;
  const item = isClosing ? await judgedText(tx, document) : null;
  await noteChange(tx, { patientId, documentId, eventId: uuidv7(now.getTime()), kind: 'document-changed', item });
}

function announcementOf(who: Principal, dueAt: string | undefined, now: Date) {
  const due = dueAt === undefined ? Number.NaN : Date.parse(dueAt);
  if (!(due > now.getTime() && due <= now.getTime() + MOST_DAYS_UNTOLD * DAY_MS))
    throw new Refusal('request.invalid', `say by which day the patient is told, ${MOST_DAYS_UNTOLD} days from now at most`, {
      at: 'body.dueAt',
    });
  const remindAt = new Date(Math.max(now.getTime(), due - DAY_MS)).toISOString();
  return { owner: who.id, ownerName: who.name, dueAt: new Date(due).toISOString(), remindAt };
}
