import type { Identifier, PrintedPatient } from '#formats';
import { type Sql, uuidv7 } from '#kernel';
import { compareTraits, isConcordant } from './compare.ts';
import type { Patient, Traits, WaitReason } from './contract.ts';
import { type Ins, insOf, isInsLikeTraits, localIdsOf, type Mode } from './ins.ts';
import { askLater } from './insi/store.ts';
import { makePatients } from './make-patients.ts';
import { type Candidate, rankCandidates, type ScoreSettings } from './score.ts';
import { permits } from './status.ts';
import * as store from './store.ts';
import { aliasesOf } from './store-aliases.ts';
import { fingerprintOf, isComplete, type PrintedTraits, traitsOf } from './traits.ts';

export interface ToCreate {
  kind: 'create';
  traits: Traits;
  ins: Ins;
  /** FINESS of the authenticated sender from whom the INS was received. */
  receivedFrom: string;
  now: Date;
}
export type Identified = { kind: 'one'; patientId: string; joinedBy: 'ins' | 'link' };
export type Waits = { kind: 'wait'; reason: WaitReason; candidates: Candidate[] };
export type Identification = Identified | ToCreate | Waits;

interface Arriving {
  /** FINESS of the authenticated structure that printed the patient. */
  senderFiness: string;
  mode: Mode;
  now: Date;
}
export type ArrivingPatient = Arriving & { patient: PrintedPatient };
/** The same, already read: what the worklist keeps. */
export type ArrivingPrint = Arriving & { traits: PrintedTraits; ids: readonly Identifier[] };

/**
 * Which record a printed patient joins. Reads only: one indexed query when the INS is known, which is the normal case.
 * `create` is made true by `createFromArrival`, `wait` by `keepWaiting`, in the transaction that stores the report.
 * @throws Refusal `report.identity-forbidden` when the INS is of a domain that this instance does not take
 */
export async function identify(sql: Sql, { patient, ...arriving }: ArrivingPatient): Promise<Identification> {
  return identifyPrint(sql, { ...arriving, traits: traitsOf(patient), ids: patient.ids });
}

export async function identifyPrint(sql: Sql, arriving: ArrivingPrint): Promise<Identification> {
  const { traits } = arriving;
  const printed = insOf(arriving.ids, arriving.mode);
  if (printed.kind === 'invalid') return wait(sql, 'invalid-ins', traits, undefined);
  if (printed.kind === 'none') return identifyByLink(sql, arriving);
  const { ins } = printed;
  const known = await store.patientByIns(sql, ins);
  if (known) return judgeKnownIns(sql, known, traits, ins);
  if (!isComplete(traits)) return wait(sql, 'incomplete', traits, ins);
  if (!isInsLikeTraits(ins.value, traits)) return wait(sql, 'ins-unlike-traits', traits, ins);
  return (
    (await judgeSameTraits(sql, traits, ins)) ?? { kind: 'create', traits, ins, receivedFrom: arriving.senderFiness, now: arriving.now }
  );
}

/**
 * Makes the record that `identify` announced, with status retrieved, in the caller's transaction. When another arrival made it in the meantime,
 * that record is judged like any known INS.
 */
export async function createFromArrival(tx: Sql, toCreate: ToCreate): Promise<Identified | Waits> {
  const { traits, ins, receivedFrom, now } = toCreate;
  await store.lockNeighbourhood(tx, traits);
  const known = await store.patientByIns(tx, ins);
  if (known) return judgeKnownIns(tx, known, traits, ins);
  const same = await judgeSameTraits(tx, traits, ins);
  if (same) return same;
  const patientId = uuidv7(now.getTime());
  // retrieved, received from this sender: the national service is asked, and may yet refute it
  const by = { who: { id: 'rule:ins', name: 'ins' }, reason: 'an INS known to nobody, with complete and concordant traits', now };
  const made = await makePatients(tx, [{ patientId, facts: { traits, ins, doubts: [] }, receivedFrom }], by);
  if (made.has(patientId)) {
    await askLater(tx, patientId, now);
    return { kind: 'one', patientId, joinedBy: 'ins' };
  }
  // another sender printed the same INS with another name or date at the same instant: it has committed by now
  const winner = await store.patientByIns(tx, ins);
  if (!winner) throw new Error('an INS was claimed and belongs to nobody');
  return judgeKnownIns(tx, winner, traits, ins);
}

async function judgeKnownIns(sql: Sql, known: Patient, traits: PrintedTraits, ins: Ins): Promise<Identified | Waits> {
  if (!permits(known, 'automatic-filing')) return wait(sql, 'doubtful-record', traits, ins);
  const comparison = compareTraits(traits, known.traits);
  if (isConcordant(comparison)) return { kind: 'one', patientId: known.patientId, joinedBy: 'ins' };
  const contradicts = Object.entries(comparison).some(
    ([trait, likeness]) => !trait.startsWith('used') && (likeness === 'different' || likeness === 'close'),
  );
  return wait(sql, contradicts ? 'traits-contradict-ins' : 'incomplete', traits, ins);
}

/**
 * Holds the link by which `identify` joined an arrival until the end of the transaction: someone who takes the link back meanwhile waits, and then
 * finds this arrival among those that it filed (`noteFiledByLink`). Judged again, since it may have been taken back just before.
 */
export async function confirmLink(tx: Sql, { patient, ...arriving }: ArrivingPatient): Promise<Identified | Waits> {
  await store.holdLinks(tx, arriving.senderFiness, localIdsOf(patient.ids));
  const found = await identifyPrint(tx, { ...arriving, traits: traitsOf(patient), ids: patient.ids });
  if (found.kind === 'create') throw new Error('an arrival without INS never makes a record by itself');
  return found;
}

/** Without an INS: only a number of the sender's that a person linked, printed with the very same strict traits. */
async function identifyByLink(sql: Sql, { senderFiness, traits, ids }: ArrivingPrint): Promise<Identification> {
  const links = await store.linksOf(sql, senderFiness, localIdsOf(ids));
  const linked = new Set(links.map(({ patientId }) => patientId));
  const [link] = links;
  if (!link || linked.size > 1) return wait(sql, link ? 'possible-duplicate' : 'no-ins', traits, undefined);
  const isSame = links.every(({ state, fingerprint }) => state === 'linked' && fingerprint === fingerprintOf(traits));
  if (!isSame) return wait(sql, 'link-broken', traits, undefined);
  const isNamed = traits.birthFamily && traits.birthGivens && traits.birthDate;
  if (!isNamed) return wait(sql, 'incomplete', traits, undefined);
  // RNIV: nothing is attached by itself to a homonym, nor to a doubtful or fictitious identity
  if (link.attributes.some((mark) => ['HOMA', 'DOUT', 'FICT'].includes(mark))) return wait(sql, 'doubtful-record', traits, undefined);
  return { kind: 'one', patientId: link.patientId, joinedBy: 'link' };
}

/**
 * Someone known with all these strict traits, under another INS or none: one person twice, or a wrong INS; never ours to guess. Under this very
 * INS: another arrival has just made the record.
 */
async function judgeSameTraits(sql: Sql, traits: Traits, ins: Ins): Promise<Identified | Waits | undefined> {
  const alike = (await store.bornSameDay(sql, traits)).filter((patient) => isConcordant(compareTraits(traits, patient.traits)));
  if (alike.length === 0) return undefined;
  const own = alike.find((patient) => patient.ins?.oid === ins.oid && patient.ins.value === ins.value);
  return own ? judgeKnownIns(sql, own, traits, ins) : wait(sql, 'possible-duplicate', traits, ins);
}

async function wait(sql: Sql, reason: WaitReason, traits: PrintedTraits, ins: Ins | undefined): Promise<Waits> {
  return { kind: 'wait', reason, candidates: await findCandidates(sql, traits, ins) };
}

/** Records that could be the printed patient, best first, each with its score explained. */
export async function findCandidates(
  sql: Sql,
  traits: PrintedTraits,
  ins: Ins | undefined,
  settings?: ScoreSettings,
): Promise<Candidate[]> {
  const likely = await store.likelyPatients(sql, traits, ins);
  const ids = likely.map(({ patientId }) => patientId);
  return rankCandidates(traits, ins, likely, settings, ids.length === 0 ? undefined : await aliasesOf(sql, ids));
}
