import type { DocumentHeader, Participant } from '#formats';
import { personOf } from '#identity';
import { type Db, Refusal, type Sql, uuidv7 } from '#kernel';
import { documentById, type DocumentItem, originalOf, reportItem } from '#record';
import { contentOf, headerOf } from './archive.ts';
import { backoffMs } from './backoff.ts';
import { findAddress } from './find-address.ts';
import { type Found, type Named, route, type Routed } from './rules.ts';
import {
  type Dispatch,
  postponeDispatch,
  reachedBefore,
  recallDocument,
  settleDispatch,
  takeDispatch,
  writeDeliveries,
} from './store-queue.ts';

export interface RouteDeps {
  db: Db;
  /** Domains of the trusted operators. */
  domains: ReadonlySet<string> | undefined;
}

const DAY_MS = 86_400_000;
/** `report-stored` and so on are told again when what is current changes; nothing else is routed. */
const NOBODY: Routed = { destinations: [], applied: ['R-10'] };

/**
 * Routes the next document that waits for it: one transaction from the rules to the rows of its deliveries.
 * @returns whether there was one
 */
export async function routeNext(deps: RouteDeps, now: Date): Promise<boolean> {
  const taken: { dispatch?: Dispatch } = {};
  try {
    return await deps.db.transaction(async (tx) => {
      const dispatch = await takeDispatch(tx, now);
      if (!dispatch) return false;
      taken.dispatch = dispatch;
      const routed = dispatch.kind === 'withdrawn' ? await recall(tx, dispatch, now) : await send(tx, deps, dispatch, now);
      await settleDispatch(tx, dispatch, routed, now);
      return true;
    });
  } catch (error) {
    if (!taken.dispatch || (error instanceof Refusal && error.code === 'store.unavailable')) throw error;
    const { tries } = taken.dispatch;
    const fault = error instanceof Refusal ? error.code : 'fault';
    await postponeDispatch(deps.db, taken.dispatch, fault, new Date(now.getTime() + backoffMs(tries + 1, Math.random())));
    if (error instanceof Refusal) return true;
    throw error;
  }
}

async function recall(tx: Sql, dispatch: Dispatch, now: Date): Promise<Routed> {
  const asked = await recallDocument(tx, dispatch, uuidv7, now);
  return { destinations: [], applied: asked > 0 ? ['R-11'] : ['R-10'] };
}

async function send(tx: Sql, deps: RouteDeps, { patientId, documentId }: Dispatch, now: Date): Promise<Routed> {
  const plan = await planOf(tx, deps, patientId, documentId, now);
  if (!plan) return NOBODY;
  const { item, routed } = plan;
  const rows = routed.destinations.map((destination) => ({ deliveryId: uuidv7(), attemptId: uuidv7(), destination }));
  const { uniqueId, setId, structure } = item;
  await writeDeliveries(tx, { patientId, documentId, uniqueId, setId, structure: structure.finess }, rows, now);
  return routed;
}

/** What would happen to this document if it were routed now; nothing is written. Undefined when the record does not hold it as its own document. */
export async function planOf(
  tx: Sql,
  { domains }: Pick<RouteDeps, 'domains'>,
  patientId: string,
  documentId: string,
  now: Date,
): Promise<{ item: DocumentItem; routed: Routed } | undefined> {
  const { homes } = await personOf(tx, patientId);
  const item = await documentById(tx, homes, documentId);
  if (!item) return undefined;
  const { bytes, mediaType } = await originalOf(tx, homes, documentId, item.kind);
  const named = namedIn(headerOf(contentOf(bytes, mediaType)));
  const families = item.kind === 'laboratory-report' ? (await reportItem(tx, homes, documentId, 'file'))?.families : undefined;
  const { setId, structure, replaces } = item;
  const before = await reachedBefore(tx, { homes, structure: structure.finess, setId, replaces, documentId });
  const found = new Map<string, Found>();
  for (const { recipient } of [...named, ...before]) {
    if (!found.has(recipient)) found.set(recipient, await findAddress(tx, recipient, domains));
  }
  const routed = route({
    named,
    found,
    reachedBefore: before,
    masks: item.masks.map(({ mask }) => mask),
    isSensitive: (families ?? []).length > 0,
    isOrdered: item.kind === 'laboratory-report',
    isSuperseded: item.supersededBy !== undefined,
    isWithdrawn: item.status === 'deleted',
    ageDays: (now.getTime() - Date.parse(item.issuedAt)) / DAY_MS,
  });
  return { item, routed };
}

const PROFESSIONALS = '1.2.250.1.71.4.2.1';
const STRUCTURES = '1.2.250.1.71.4.2.2';

/** Who ordered it (participant REF), who gets a copy (informationRecipient): CI-SIS structuration minimale. */
export function namedIn({ participants, recipients = [] }: Pick<DocumentHeader, 'participants' | 'recipients'>): Named[] {
  const prescribers = participants.filter(({ type }) => type === 'REF').map((person) => namedAs('prescriber', person));
  return [...prescribers, ...recipients.map((person) => namedAs('copy', person))];
}

function namedAs(role: Named['role'], { ids, name, organization }: Participant): Named {
  const words = [name?.suffix === 'DR' ? 'Dr' : name?.suffix, name?.given, name?.family].filter(Boolean).join(' ');
  const rpps = ids.find(({ root }) => root === PROFESSIONALS)?.extension;
  if (rpps !== undefined) return { role, recipient: `rpps:${rpps}`, name: words };
  const place = organization?.ids.find(({ root }) => root === STRUCTURES)?.extension;
  const label = words || (organization?.name ?? '');
  if (!words && place?.startsWith('1')) return { role, recipient: `finess:${place.slice(1)}`, name: label };
  return { role, recipient: `name:${label}`, name: label };
}
