import { createHash } from 'node:crypto';
import { decide, type Principal } from '#access';
import { type AddressDeps, chosenBy, factsOfPatient, previewOf, type RoutingPreview, ruleSet } from '#exchange';
import { identify, personOf } from '#identity';
import { Refusal, uuidv7 } from '#kernel';
import { structureOf } from '#record';
import { checkLengths } from './check-lengths.ts';
import { refuseKeptOut } from './kept-out.ts';
import { headerOf, type InHand, readArrival } from './read-arrival.ts';
import { type ReceiveDeps, resultsOf } from './receive-document.ts';
import { toStore } from './to-store.ts';

const DAY_MS = 86_400_000;
/** What nobody knows the patient of yet is in no record. */
const NO_RECORD = '00000000-0000-0000-0000-000000000000';

/**
 * What would happen to a document if it were deposited now: read, identified and routed as a deposit is, and nothing of it is kept.
 * @throws Refusal as its deposit would
 */
export async function previewRouting(
  deps: Pick<ReceiveDeps, 'db' | 'mode' | 'zone' | 'tables'> & AddressDeps,
  { bytes, mediaType, sender, now }: { bytes: Buffer; mediaType: string; sender: Principal; now: Date },
): Promise<RoutingPreview> {
  const { db, mode } = deps;
  const own = sender.structures ?? (sender.organisation ? [sender.organisation.finess] : []);
  const read = readArrival(bytes, mediaType, own);
  const header = headerOf(read);
  refuseKeptOut(read);
  checkLengths(header);
  const structure = structureOf(header).finess;
  if (!decide({ who: sender, action: 'exchange.preview', producer: structure, links: [] }).allowed)
    throw new Refusal('deposit.wrong-structure', `this document is of the structure ${structure}`, {
      at: 'ClinicalDocument/custodian//id',
    });
  const identified = await identify(db, { senderFiness: structure, patient: header.patient, mode, now });
  const person = identified.kind === 'one' ? await personOf(db, identified.patientId) : undefined;
  const inHand: InHand = {
    sha256: createHash('sha256').update(bytes).digest(),
    depositId: uuidv7(now.getTime()),
    bytes,
    mediaType,
    receivedAt: now,
    sender,
    channel: 'deposit',
    read,
    header,
  };
  const kept = { patientId: person?.patientId ?? NO_RECORD, joinedBy: 'ins', documentId: NO_RECORD };
  const made = toStore(deps.zone, inHand, kept, resultsOf(deps, read));
  const { uniqueId, setId, replaces, issuedAt } = made.head;
  const of = { homes: person?.homes ?? [], structure, setId, replaces, documentId: NO_RECORD, header };
  const { practices: _, ...ofPatient } = await factsOfPatient(db, deps, { ...of, ...(await chosenBy(db, person?.patientId, now)) });
  const facts = {
    uniqueId,
    structure,
    type: 'type' in made.head ? made.head.type.code : (header.code.code ?? ''),
    ...ofPatient,
    masks: 'masks' in made ? made.masks.map(({ mask }) => mask) : [],
    isSensitive: 'rights' in made && Object.keys(made.rights.families).length > 0,
    isOrdered: read.kind === 'laboratory-report',
    isSuperseded: false,
    isWithdrawn: false,
    ageDays: (now.getTime() - Date.parse(issuedAt)) / DAY_MS,
  };
  return previewOf(facts, await ruleSet(db), { isIdentified: identified.kind !== 'wait' });
}
