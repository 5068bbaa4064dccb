import type { PrintedPatient } from '#formats';
import { Refusal, type Sql, uuidv7 } from '#kernel';
import { attachIns, withdrawIns } from './change.ts';
import { compareTraits, isConcordant } from './compare.ts';
import type { Traits, Waiting, WaitReason } from './contract.ts';
import { createFromArrival, findCandidates, identifyPrint, type Waits } from './identify.ts';
import { isToAsk } from './insi/decide.ts';
import { askLater } from './insi/store.ts';
import { type Ins, insOf, localIdsOf, type Mode } from './ins.ts';
import { makePatients } from './make-patients.ts';
import { heedNames, refreshAliases } from './refresh-aliases.ts';
import * as store from './store.ts';
import * as worklist from './store-worklist.ts';
import type { ScoreSettings } from './score.ts';
import { type By, eventsOf } from './store-events.ts';
import { factsOf } from './store-facts.ts';
import { fingerprintOf, isComplete, traitsOf } from './traits.ts';

/** What the flows do once a person has decided, in the same transaction. */
export interface AfterDecision {
  /** Stores the report that waited under this record. */
  resume(tx: Sql, depositId: string, patientId: string): Promise<void>;
  /** Gives the report up: nobody's record receives it, its sender is told. */
  refuse(tx: Sql, depositId: string, reason: string): Promise<void>;
  /** Takes the report out of the record again; it waits as before. */
  withdraw(tx: Sql, depositId: string, patientId: string): Promise<void>;
  /** Whom a deposit that waits has printed, read from its original. */
  arrivalOf(tx: Sql, depositId: string): Promise<KeptArrival>;
}

export interface DecisionRequest {
  waitingId: string;
  who: { id: string; name: string };
  /** The person's own words, kept for ever in the history. */
  reason: string;
  mode: Mode;
  now: Date;
}

/** An arrival as it is remembered: from whom, whose print, in which deposit. */
export interface KeptArrival {
  depositId: string;
  sender: { finess: string; name: string };
  patient: PrintedPatient;
  receivedAt: Date;
}

/** Puts an arrival that no rule joined into the worklist, in the transaction that keeps its original. Traits that changed break their link. */
export async function keepWaiting(tx: Sql, arrival: KeptArrival & { doubt: Pick<Waits, 'reason'> }): Promise<{ waitingId: string }> {
  const { sender, patient, doubt } = arrival;
  if (doubt.reason === 'link-broken') await refreshAliases(tx, await worklist.breakLinks(tx, sender.finess, localIdsOf(patient.ids)));
  return { waitingId: await worklist.insertWaiting(tx, waitingRow(arrival, doubt.reason)) };
}

/**
 * Remembers an arrival that a link filed, in the transaction that stores its report, so that taking the link back finds it again.
 * Only for a deposit that is stored for the first time.
 */
export async function noteFiledByLink(tx: Sql, arrival: KeptArrival & { patientId: string }): Promise<void> {
  const { patientId, receivedAt } = arrival;
  const waitingId = await worklist.insertWaiting(tx, waitingRow(arrival, 'no-ins'));
  await worklist.settleWaiting(tx, { waitingId, state: 'linked', patientId, now: receivedAt });
  const filed = { action: 'refile', patientId, waitingId, after: { state: 'linked', patientId } } as const;
  await worklist.insertDecision(tx, {
    ...filed,
    who: 'rule:link',
    whoName: 'link',
    reason: 'the number was linked by a person',
    now: receivedAt,
  });
  await heedNames(tx, patientId, traitsOf(arrival.patient));
}

function waitingRow({ depositId, sender, patient, receivedAt }: KeptArrival, reason: WaitReason) {
  const traits = traitsOf(patient);
  return {
    depositId,
    receivedAt,
    waitingId: uuidv7(receivedAt.getTime()),
    senderFiness: sender.finess,
    senderName: sender.name,
    reason,
    printed: { traits, ids: patient.ids },
    fingerprint: fingerprintOf(traits),
  };
}

/**
 * A person says: this document is not of this patient, whatever filed it. It leaves the record and waits; the link that could file the next ones
 * is broken, and no rule files this one again.
 */
export async function recallDeposit(
  tx: Sql,
  { depositId, patientId, ...by }: By & { depositId: string; patientId: string },
  after: Pick<AfterDecision, 'withdraw' | 'arrivalOf'>,
): Promise<void> {
  await after.withdraw(tx, depositId, patientId);
  const arrival = await after.arrivalOf(tx, depositId);
  const unlinked = await worklist.breakLinks(tx, arrival.sender.finess, localIdsOf(arrival.patient.ids));
  const waitingId = await worklist.insertWaiting(tx, waitingRow(arrival, 'recalled'));
  await worklist.waitAgain(tx, waitingId, 'recalled');
  const change = { before: { state: 'filed', patientId }, after: { state: 'waiting' } };
  await worklist.insertDecision(tx, { action: 'recall', patientId, waitingId, ...change, ...decidedBy(by) });
  await refreshAliases(tx, [patientId, ...unlinked]);
}

const decidedBy = ({ who, reason, now }: By) => ({ who: who.id, whoName: who.name, reason, now });

/** What waits, the oldest first, with candidates scored against the records of now. */
export async function listWaiting(
  sql: Sql,
  mode: Mode,
  { limit = 50, score }: { limit?: number; score?: ScoreSettings | undefined } = {},
): Promise<{ waiting: Waiting[]; total: number }> {
  const { rows, total } = await worklist.openWaiting(sql, limit);
  const waiting: Waiting[] = [];
  for (const row of rows) {
    const ins = insIn(row, mode);
    const localId = localIdsOf(row.printed.ids)[0]?.localId;
    waiting.push({
      waitingId: row.waitingId,
      depositId: row.depositId,
      receivedAt: row.receivedAt.toISOString(),
      sender: { finess: row.senderFiness, name: row.senderName },
      reason: row.reason,
      printed: { ...row.printed.traits, ...(ins && { ins: ins.value }), ...(localId && { localId }) },
      candidates: await findCandidates(sql, row.printed.traits, ins, score),
    });
  }
  return { waiting, total };
}

/** A person says: this is that patient. The sender's number is linked, the report is stored. */
export async function linkWaiting(tx: Sql, request: DecisionRequest & { patientId: string }, after: AfterDecision): Promise<void> {
  const row = await lockOpen(tx, request.waitingId);
  const patient = await store.livePatient(tx, request.patientId);
  if (!patient) throw new Refusal('request.not-found', 'no such patient', { at: 'body.patientId' });
  const ins = insIn(row, request.mode);
  const mayTakeIns = ins && !patient.ins && isConcordant(compareTraits(row.printed.traits, patient.traits));
  if (mayTakeIns && !(await store.patientByIns(tx, ins))) {
    await attachIns(tx, { ...request, patientId: patient.patientId, ins, waitingId: row.waitingId });
  }
  await settle(tx, request, row, { state: 'linked', action: 'link', patientId: patient.patientId });
  await after.resume(tx, row.depositId, patient.patientId);
}

/**
 * A person says: someone new. A record is made of what was printed: retrieved under the INS when one was printed that nobody has, else
 * provisional without INS.
 * @throws Refusal `report.identity-incomplete` when name, given name, sex or birth date was not printed; `patient.ambiguous` when the INS is
 * already someone's
 */
export async function createFromWaiting(tx: Sql, request: DecisionRequest, after: AfterDecision): Promise<{ patientId: string }> {
  const row = await lockOpen(tx, request.waitingId);
  const traits = namedTraits(row);
  const ins = isComplete(traits) ? insIn(row, request.mode) : undefined;
  await store.lockNeighbourhood(tx, traits);
  const patientId = uuidv7(request.now.getTime());
  const patient = { patientId, facts: { traits, ...(ins && { ins }), doubts: [] }, receivedFrom: row.senderFiness };
  const made = await makePatients(tx, [patient], request);
  if (!made.has(patientId)) throw new Refusal('patient.ambiguous', 'another record already has this INS: link to it, or refuse');
  if (isToAsk(patient.facts)) await askLater(tx, patientId, request.now);
  await settle(tx, request, row, { state: 'created', action: 'create', patientId });
  await after.resume(tx, row.depositId, patientId);
  return { patientId };
}

/** A person says: nobody of ours, or not to be believed. The report goes to no record. */
export async function refuseWaiting(tx: Sql, request: DecisionRequest, after: AfterDecision): Promise<void> {
  const row = await lockOpen(tx, request.waitingId);
  await settle(tx, request, row, { state: 'refused', action: 'refuse' });
  await after.refuse(tx, row.depositId, request.reason);
}

/**
 * Takes a decision back: the arrival waits again, and with it all that its link filed, before or since; their reports leave the record, the link
 * no longer holds. The INS that the decision gave is free again; a record that was made stays, empty.
 */
export async function undoDecision(tx: Sql, request: DecisionRequest, after: AfterDecision): Promise<void> {
  const row = await worklist.lockWaiting(tx, request.waitingId);
  if (!row || row.state === 'waiting') throw new Refusal('request.not-found', 'no decision to take back', { at: 'params.waitingId' });
  // first the link, which waits for the arrivals being filed by it, then what it filed
  const unlinked = await worklist.breakLinks(tx, row.senderFiness, localIdsOf(row.printed.ids));
  for (const undone of [row, ...(await worklist.filedWith(tx, row.waitingId))]) {
    const { waitingId, depositId, patientId } = undone;
    await worklist.settleWaiting(tx, { waitingId, state: 'waiting', patientId: null, now: request.now });
    await record(tx, request, undone, { action: 'undo', patientId: patientId ?? undefined, after: { state: 'waiting' } });
    if (patientId) await after.withdraw(tx, depositId, patientId);
  }
  if (row.patientId) await freeIns(tx, request, row, row.patientId);
  await refreshAliases(tx, row.patientId ? [row.patientId, ...unlinked] : unlinked);
}

/** Traits were put back: what a rule had filed on the strength of the others, and contradicts these, waits again. */
export async function unfileContradicted(
  tx: Sql,
  request: Omit<DecisionRequest, 'waitingId'> & { patientId: string; since: Date },
  after: Pick<AfterDecision, 'withdraw'>,
): Promise<void> {
  const patient = await store.patientById(tx, request.patientId);
  for (const row of patient ? await worklist.refiledSince(tx, request.patientId, request.since) : []) {
    if (isConcordant(compareTraits(row.printed.traits, patient!.traits))) continue;
    await worklist.settleWaiting(tx, { waitingId: row.waitingId, state: 'waiting', patientId: null, now: request.now });
    const undone = { action: 'undo' as const, patientId: request.patientId, after: { state: 'waiting' } };
    await record(tx, { ...request, waitingId: row.waitingId }, row, undone);
    await after.withdraw(tx, row.depositId, request.patientId);
  }
  await refreshAliases(tx, [request.patientId]);
}

/** Takes back the INS that a decision brought to a record, as long as nothing else has confirmed that it is theirs. */
async function freeIns(tx: Sql, request: DecisionRequest, row: worklist.WaitingRow, patientId: string): Promise<void> {
  const ins = insIn(row, request.mode);
  const kept = ins && (await factsOf(tx, patientId));
  if (!kept || kept.mergedInto || kept.facts.insiAt || kept.facts.ins?.value !== ins.value || kept.facts.ins.oid !== ins.oid) return;
  const brought = (await eventsOf(tx, [patientId])).find(({ kind }) => kind === 'ins-attached' || kind === 'created');
  const isItsDoing = row.state === 'created' ? brought?.kind === 'created' : brought?.after?.waitingId === row.waitingId;
  if (isItsDoing) await withdrawIns(tx, { ...request, patientId });
}

/** Files a waiting arrival that a rule joins by now, by a link made or an identity corrected since; in a transaction of its own. False when it still waits. */
export async function refileWaiting(tx: Sql, request: DecisionRequest, after: Pick<AfterDecision, 'resume'>): Promise<boolean> {
  const row = await worklist.lockWaiting(tx, request.waitingId);
  // what a person took out of a record goes nowhere by rule
  if (!row || row.state !== 'waiting' || row.reason === 'recalled') return false;
  const found = await identifyPrint(tx, { ...row.printed, senderFiness: row.senderFiness, mode: request.mode, now: request.now });
  const settled = found.kind === 'create' ? await createFromArrival(tx, found) : found;
  if (settled.kind !== 'one') return false;
  await settle(tx, request, row, { state: 'linked', action: 'refile', patientId: settled.patientId });
  await after.resume(tx, row.depositId, settled.patientId);
  return true;
}

async function lockOpen(tx: Sql, waitingId: string): Promise<worklist.WaitingRow> {
  const row = await worklist.lockWaiting(tx, waitingId);
  if (row?.state === 'waiting') return row;
  throw new Refusal('request.not-found', row ? 'someone has decided already' : 'nothing waits under this id', { at: 'params.waitingId' });
}

async function settle(
  tx: Sql,
  request: DecisionRequest,
  row: worklist.WaitingRow,
  settled: {
    state: 'linked' | 'created' | 'refused';
    action: 'link' | 'create' | 'refuse' | 'refile';
    patientId?: string;
  },
): Promise<void> {
  const { state, action, patientId } = settled;
  const { waitingId, senderFiness, fingerprint } = row;
  await worklist.settleWaiting(tx, { waitingId, state, patientId: patientId ?? null, now: request.now });
  if (patientId && action !== 'refile') {
    for (const { domain, localId } of localIdsOf(row.printed.ids)) {
      await worklist.upsertLink(tx, { senderFiness, domain, localId, patientId, fingerprint, by: request.who.id, now: request.now });
    }
  }
  await record(tx, request, row, { action, patientId, after: { state, patientId } });
  if (patientId) await heedNames(tx, patientId, row.printed.traits);
}

const record = (
  tx: Sql,
  request: DecisionRequest,
  row: worklist.WaitingRow,
  what: Pick<worklist.Decision, 'action' | 'patientId' | 'after'>,
): Promise<void> =>
  worklist.insertDecision(tx, {
    ...what,
    who: request.who.id,
    whoName: request.who.name,
    waitingId: row.waitingId,
    before: { state: row.state, patientId: row.patientId ?? undefined },
    reason: request.reason,
    now: request.now,
  });

function insIn(row: worklist.WaitingRow, mode: Mode): Ins | undefined {
  const printed = insOf(row.printed.ids, mode);
  return printed.kind === 'ins' ? printed.ins : undefined;
}

function namedTraits(row: worklist.WaitingRow): Traits {
  const { traits } = row.printed;
  const { birthFamily, birthGivens, firstBirthGiven, sex, birthDate } = traits;
  if (birthFamily && birthGivens && firstBirthGiven && sex && birthDate) {
    return { ...traits, birthFamily, birthGivens, firstBirthGiven, sex, birthDate };
  }
  const missing = (['birthFamily', 'firstBirthGiven', 'sex', 'birthDate'] as const).filter((trait) => !traits[trait]);
  throw new Refusal('report.identity-incomplete', `no record is made without ${missing.join(', ')}`, { at: `printed.${missing[0]}` });
}
