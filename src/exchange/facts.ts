import { choicesAmong } from '#access';
import type { DocumentHeader, Participant } from '#formats';
import { type Patient, patientAmong, permits, personAmong } from '#identity';
import type { Sql } from '#kernel';
import { documentsOf, familiesOfReport, type FoundDocument, freshReading, type StandingDocument, standingDocument } from '#record';
import type { StoredResult } from '#record/contract';
import { headerOf } from './archive.ts';
import { awaitedIn, type Met, metBy, NOTHING_MET } from './awaited.ts';
import type { DocumentsInHand } from './documents-in-hand.ts';
import { findAddress } from './find-address.ts';
import type { Candidate, Facts, Named } from './rules.ts';
import { sharedCandidate, type SharedRecord } from './shared-records.ts';
import { softwareConcerned } from './software/destination.ts';
import { softwareSet } from './software/store.ts';
import { reachedBefore } from './store-queue.ts';

/** The facts that rules look at, gathered from the record, the directory, the choices of the patient and what was sent before. */

const DAY_MS = 86_400_000;

/** How addresses are found. */
export interface AddressDeps {
  /** Domains of the trusted operators. */
  domains: ReadonlySet<string> | undefined;
  /** Domain of the mailboxes of patients, which are named by their INS; absent: no mail to patients. */
  patientDomain?: string | undefined;
  /** Shared records to which rules may send. */
  sharedWith?: readonly SharedRecord[] | undefined;
}

/** A document of the record, those that it replaces, and what rules look at. */
export interface DocumentToRoute {
  patientId: string;
  homes: readonly string[];
  item: StandingDocument;
  /** Versions that this one replaces, with what is kept of them. */
  formers: FoundDocument['formers'];
  facts: Facts;
  /** Of a report of biology. */
  results: StoredResult[];
  /** Where each recipient works (FINESS). */
  practices: ReadonlyMap<string, string[]>;
  /** What it brings of what discharge letters await. */
  met: Met;
}

/** Of a document of the record. Undefined when the record does not hold it as its own document. */
export async function factsOf(
  tx: Sql,
  deps: AddressDeps & { inHand: DocumentsInHand },
  { patientId: home, documentId }: { patientId: string; documentId: string },
  now: Date,
): Promise<DocumentToRoute | undefined> {
  const { patientId, homes } = await personAmong(tx, home);
  const [found, chosen, awaited] = await Promise.all([
    standingDocument(tx, { homes, documentId }),
    chosenBy(tx, patientId, now),
    awaitedIn(tx, { homes, documentId }),
  ]);
  if (!found) return undefined;
  const { item, kept, formers } = found;
  const header = freshReading(documentId)?.named ?? headerOf(await deps.inHand.contentOf(tx, homes, item));
  const { setId, structure, replaces, uniqueId, type } = item;
  const isReport = item.kind === 'laboratory-report';
  const results = isReport ? (JSON.parse(kept.results) as StoredResult[]) : [];
  const met = awaited.length === 0 ? NOTHING_MET : metBy(awaited, { item, items: await documentsOf(tx, homes), results });
  const of = { homes, structure: structure.finess, setId, replaces, documentId, awaiting: met.people };
  const { practices, ...ofPatient } = await factsOfPatient(tx, deps, { ...of, ...chosen, header });
  const facts = {
    uniqueId,
    structure: structure.finess,
    type: type.code,
    ...ofPatient,
    masks: item.masks.map(({ mask }) => mask),
    isSensitive: isReport && familiesOfReport(kept).length > 0,
    isOrdered: isReport,
    isSuperseded: item.supersededBy !== undefined,
    isWithdrawn: item.status === 'deleted',
    ageDays: (now.getTime() - Date.parse(item.issuedAt)) / DAY_MS,
  };
  return { patientId, homes, item, formers, facts, results, practices, met };
}

/** Who the patient is for us, and what they chose. */
interface Chosen {
  /** None: nobody knows yet whose the document is. */
  patient?: Patient | undefined;
  choices: Awaited<ReturnType<typeof choicesAmong>>;
}

export async function chosenBy(sql: Sql, patientId: string | undefined, now: Date): Promise<Chosen> {
  if (patientId === undefined) return { choices: [] };
  const [patient, choices] = await Promise.all([patientAmong(sql, patientId), choicesAmong(sql, { patientId, now })]);
  return { patient, choices };
}

interface OfPatient extends Chosen {
  homes: readonly string[];
  structure: string;
  setId: string;
  replaces: readonly string[];
  documentId: string;
  header: Pick<DocumentHeader, 'participants' | 'recipients'>;
  /** Those whom a discharge letter told that it would come. */
  awaiting?: readonly Named[];
}

/** What depends on the patient: who they are for us, what they chose, and to whom the document may go; with where each of these works (FINESS). */
export async function factsOfPatient(
  tx: Sql,
  deps: AddressDeps,
  { patient, choices, header, awaiting = [], ...of }: OfPatient,
): Promise<Pick<Facts, 'identity' | 'isOpposed' | 'candidates'> & { practices: ReadonlyMap<string, string[]> }> {
  const addressed = namedIn(header);
  const isAddressed = new Set(addressed.map(({ recipient }) => recipient));
  const awaited = awaiting.filter(({ recipient }) => !isAddressed.has(recipient));
  const named = [...addressed, ...awaited];
  const known = new Set(named.map(({ recipient }) => recipient));
  const [reached, { destinations }] = await Promise.all([reachedBefore(tx, of), softwareSet(tx)]);
  const before = reached.filter(({ recipient, role }) => !known.has(recipient) && (role === 'prescriber' || role === 'copy'));
  const shutOut = new Set(choices.filter(({ kind }) => kind === 'blocks').map(({ holder }) => holder.replace(/^structure:/, 'finess:')));
  const practices = new Map<string, string[]>();
  const candidates: Candidate[] = await Promise.all(
    [...named, ...before].map(async ({ role, recipient, name }) => {
      const one = { role, recipient, name };
      const { structures, ...found } = await findAddress(tx, one.recipient, deps.domains);
      practices.set(one.recipient, structures);
      const isAwaiting = awaited.some((each) => each.recipient === recipient);
      return {
        ...one,
        found,
        isFollowing: !known.has(one.recipient),
        ...(isAwaiting && { isAwaiting }),
        isShutOut: shutOut.has(one.recipient),
      };
    }),
  );
  if (patient && deps.patientDomain !== undefined) candidates.push(patientAs(patient, deps.patientDomain));
  candidates.push(...(deps.sharedWith ?? []).map(sharedCandidate));
  const places = new Set([...practices].flatMap(([recipient, at]) => [...at, recipient.replace(/^finess:/, '')]));
  candidates.push(...softwareConcerned(destinations, { places, reached: new Set(reached.map(({ recipient }) => recipient)), shutOut }));
  const having = new Set(reached.flatMap(({ recipient, hasFormer }) => (hasFormer ? recipient : [])));
  return {
    identity: patient?.status ?? 'provisional',
    isOpposed: choices.some(({ kind }) => kind === 'opposes-feeding' || kind === 'closed'),
    candidates: candidates.map((one) => (having.has(one.recipient) ? { ...one, hasFormer: true } : one)),
    practices,
  };
}

/** The patient's own mailbox: its address is known only of who is qualified, and is kept out of the facts, since it is their INS. */
function patientAs(patient: Patient, domain: string): Candidate {
  const isReachable = patient.ins !== undefined && permits(patient, 'patient-mail');
  const found = isReachable ? { addresses: [`${PATIENT_BOX}@${domain}`] } : ({ missing: 'patient.unqualified' } as const);
  return { role: 'patient', recipient: 'patient', name: '', found, isFollowing: false, isShutOut: false };
}

/** Stands for the INS in what is kept; the true address is made when the mail leaves. */
export const PATIENT_BOX = 'patient';

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
