import { structure } from '#directory';
import { readersOf } from '#access';
import { patientById, personOf } from '#identity';
import type { Sql } from '#kernel';
import { arrivalOfDocument, documentById } from '#record';
import { linesOfDocuments, stepsOf } from './inbox/store-inbox.ts';
import type { ToMend, Trace, TracedAnswer, TracedArrival, TracedDelivery, TracedReaders } from './contract.ts';
import { remedyOf } from './remedies.ts';
import type { Routed } from './rules.ts';
import { ruleSet, wordsOfRule } from './store-rules.ts';
import {
  attemptsOf,
  type AttemptRow,
  deliveriesOf,
  type DeliveryRow,
  dispatchOf,
  type MessageRow,
  messagesOf,
  type ToMendRow,
} from './store-trace.ts';

/**
 * Everything that happened to one document after the record told of it.
 * @param withPatient for the laboratory that issued it; an operator is given none
 */
export async function traceOf(
  sql: Sql,
  of: { patientId: string; documentId: string; structure: string },
  { withPatient }: { withPatient: boolean },
): Promise<Trace | undefined> {
  const { patientId, documentId } = of;
  const dispatch = await dispatchOf(sql, patientId, documentId);
  if (!dispatch) return undefined;
  const deliveries = await deliveriesOf(sql, patientId, documentId);
  const ids = deliveries.map(({ deliveryId }) => deliveryId);
  const attempts = Map.groupBy(await attemptsOf(sql, patientId, ids), ({ deliveryId }) => deliveryId);
  const messages = Map.groupBy(await messagesOf(sql, patientId, ids), ({ deliveryId }) => deliveryId);
  const place = await structure(sql, of.structure);
  const traits = withPatient ? (await patientById(sql, patientId))?.traits : undefined;
  const { applied = [] } = dispatch.routed === null ? {} : (JSON.parse(dispatch.routed) as Routed);
  const rules = await ruleSet(sql, dispatch.rulesVersion ?? 0);
  const { homes } = await personOf(sql, patientId);
  const arrival = await arrivalTraced(sql, homes, documentId);
  const since = arrival ? new Date(arrival.at) : dispatch.notedAt;
  const isToTell = withPatient && (await isToBeTold(sql, homes, documentId));
  const readers = withPatient ? await readersTraced(sql, { homes, documentId, since }, { deliveries, isToTell }) : undefined;
  const answers = withPatient ? await answersTraced(sql, { homes, documentId, isToTell }) : undefined;
  const [first] = deliveries;
  return {
    documentId,
    ...(first && { uniqueId: first.uniqueId }),
    structure: { finess: of.structure, name: place?.name ?? of.structure },
    ...(traits && { patient: { name: `${traits.birthFamily} ${traits.firstBirthGiven}`, birthDate: traits.birthDate, sex: traits.sex } }),
    ...(arrival && { arrival }),
    ...(readers && { readers }),
    ...(answers && answers.length > 0 && { answers }),
    notedAt: dispatch.notedAt.toISOString(),
    isRecalled: !arrival || dispatch.recalledAt !== null,
    ...(dispatch.recalledAt && { recalledAt: dispatch.recalledAt.toISOString() }),
    ...(dispatch.routedAt && { routedAt: dispatch.routedAt.toISOString() }),
    ...(dispatch.fault !== null && { fault: dispatch.fault }),
    rules: applied.map((rule) => ({ rule, words: wordsOfRule(rules, rule) })),
    deliveries: deliveries.map((row) =>
      withoutPatient(tracedDelivery(row, attempts.get(row.deliveryId) ?? [], messages.get(row.deliveryId) ?? []), withPatient),
    ),
  };
}

async function arrivalTraced(sql: Sql, homes: readonly string[], documentId: string): Promise<TracedArrival | undefined> {
  const found = await arrivalOfDocument(sql, homes, documentId);
  if (!found) return undefined;
  const { receivedAt, source, head, took, ...arrival } = found;
  const format = source?.split(' ')[1];
  const { joinedBy } = JSON.parse(head) as { joinedBy: string };
  return {
    at: receivedAt.toISOString(),
    ...arrival,
    joinedBy,
    ...(format !== undefined && { format }),
    ...(took !== null && { took: JSON.parse(took) as NonNullable<TracedArrival['took']> }),
  };
}

/** A laboratory need not know who treats the patient: it is told who read among those it wrote to, and all of them when they have to be told. */
async function readersTraced(
  sql: Sql,
  of: { homes: readonly string[]; documentId: string; since: Date },
  { deliveries, isToTell }: { deliveries: readonly DeliveryRow[]; isToTell: boolean },
): Promise<TracedReaders> {
  const readers = await readersOf(sql, { ...of, until: new Date() });
  const recipients = new Set(deliveries.map(({ recipient }) => recipient));
  const named = readers.filter(({ id }) => isToTell || recipients.has(id));
  return { named: named.map(({ name, role, at }) => ({ name, role, at: at.toISOString() })), others: readers.length - named.length };
}

/** Replaced or gone: whoever read it has to know. */
async function isToBeTold(sql: Sql, homes: readonly string[], documentId: string): Promise<boolean> {
  const item = await documentById(sql, homes, documentId);
  return !item || item.supersededBy !== undefined || item.status === 'deleted';
}

/** What each whom it was addressed to did of it, how far others were told, the calls of the laboratory. */
async function answersTraced(
  sql: Sql,
  { homes, documentId, isToTell }: { homes: readonly string[]; documentId: string; isToTell: boolean },
): Promise<TracedAnswer[]> {
  const lines = (await linesOfDocuments(sql, homes, [documentId])).filter(({ why }) => isToTell || why !== 'reader');
  const steps = await stepsOf(
    sql,
    lines.map(({ lineId }) => lineId),
  );
  return lines.map(({ lineId, holderName, severity, state, nextAt }) => ({
    name: holderName,
    severity,
    state,
    ...(nextAt && { nextAt: nextAt.toISOString() }),
    steps: steps.get(lineId) ?? [],
  }));
}

/** The mailbox of a patient is their INS: an operator is not told it, nor in what its operator answered. */
function withoutPatient(delivery: TracedDelivery, withPatient: boolean): TracedDelivery {
  if (withPatient || delivery.role !== 'patient') return delivery;
  const steps = delivery.steps.map(({ at, step, tookMs }) => ({ at, step, actor: 'cigogne', ...(tookMs !== undefined && { tookMs }) }));
  return { ...delivery, steps, messages: [] };
}

function tracedDelivery(row: DeliveryRow, attempts: readonly AttemptRow[], messages: readonly MessageRow[]): TracedDelivery {
  const { deliveryId, action, role, recipient, recipientName, address, rule, reason, nextAt, state, tries } = row;
  return {
    deliveryId,
    action,
    role,
    recipient,
    recipientName,
    rule,
    state,
    tries,
    ...(address !== null && { address }),
    ...(reason !== null && { reason, remedy: remedyOf(reason) }),
    ...(state === 'waiting' && { nextAt: nextAt.toISOString() }),
    messages: messages.map(({ messageId, address: to, sha256, sizeBytes, preparedAt }) => ({
      messageId,
      address: to,
      sha256,
      sizeBytes,
      preparedAt: preparedAt.toISOString(),
    })),
    steps: attempts.map(({ at, step, actor, detail, tookMs }) => ({
      at: at.toISOString(),
      step,
      actor,
      ...(detail !== null && { detail }),
      ...(tookMs !== null && { tookMs }),
    })),
  };
}

/** Without the patient: the list is read by operators too. */
export function lineToMend({
  deliveryId,
  uniqueId,
  structure: finess,
  recipientName,
  state,
  address,
  reason,
  createdAt,
}: ToMendRow): ToMend {
  const at = { createdAt: createdAt.toISOString(), ...(address !== null && { address }) };
  return { deliveryId, uniqueId, structure: finess, recipientName, state, reason, remedy: remedyOf(reason), ...at };
}
