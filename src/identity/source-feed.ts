import type { AdtMessage, PrintedPatient } from '#formats';
import type { Sql } from '#kernel';
import { localIdsOf, readableIns } from './ins.ts';
import { linksOf } from './store.ts';
import { survivorsOf } from './store-merges.ts';
import { addSourceEvent, type LocalId, noteDuplicate } from './store-source.ts';
import { heedNames, refreshAliases } from './refresh-aliases.ts';
import { breakLinks, upsertLink } from './store-worklist.ts';
import { contradicts, fingerprintOf, type PrintedTraits, traitsOf } from './traits.ts';

type Ids = PrintedPatient['ids'];

/** What a message says of an identity: an ADT, or a Patient of FHIR (ITI-104). */
export interface SourceMessage extends Pick<AdtMessage, 'event' | 'happenedAt' | 'patient' | 'visit'> {
  identifiers: Ids;
  header: Pick<AdtMessage['header'], 'controlId' | 'at'>;
  /** Of A40 only. */
  merges: { patient: PrintedPatient; identifiers: Ids; prior: Ids }[];
}

export interface SourceFeed {
  message: SourceMessage;
  /** FINESS of the authenticated structure that speaks of its own patients. */
  senderFiness: string;
  receivedAt: Date;
}

/**
 * What a sender says of its own patients (ADT A01, A03, A04, A08, A40). It changes the source identity alone, never a record of the region:
 * - traits that contradict those of a link break it, so that the next report waits for a person;
 * - A40 merges two numbers of this sender: a link follows when the strict traits are those that a person linked; where each number leads to
 *   another record, the two are told to the identity cell as a possible duplicate, and nothing is merged.
 * The same message again, or an older one that comes late, is kept and decides nothing.
 */
export async function noteSourceIdentity(tx: Sql, { message, senderFiness, receivedAt }: SourceFeed): Promise<void> {
  const said = message.event === 'A40' ? message.merges : [{ ...message, prior: [] }];
  for (const { patient, identifiers, prior } of said) {
    const traits = traitsOf(patient);
    const fingerprint = fingerprintOf(traits);
    const kept = localIdsOf(identifiers);
    const given = ownIds(prior, kept);
    const ins = readableIns(patient.ids);
    for (const id of kept) {
      const priorId = given.find(({ domain }) => domain === id.domain)?.localId;
      const isLatest = await addSourceEvent(tx, {
        ...id,
        senderFiness,
        controlId: message.header.controlId,
        event: message.event,
        happenedAt: message.happenedAt ?? message.header.at ?? receivedAt.toISOString().replace(/[-:TZ]|\.\d+/g, ''),
        receivedAt,
        traits,
        fingerprint,
        ins,
        ...(message.visit && { visit: message.visit }),
        ...(priorId !== undefined && { priorId }),
      });
      if (isLatest) await heed(tx, senderFiness, id, { traits, fingerprint });
    }
    if (given.length > 0) await follow(tx, { senderFiness, kept, given, fingerprint, receivedAt, controlId: message.header.controlId });
  }
}

/** A sender gives up these numbers of its own: none leads to a record any more, and the next document under one waits for a person. */
export async function forgetNumbers(tx: Sql, senderFiness: string, ids: Ids): Promise<void> {
  await refreshAliases(tx, await breakLinks(tx, senderFiness, localIdsOf(ids)));
}

/** Only numbers of the domains in which this message says what it keeps: an A40 never gives up another system's number, nor an INS. */
function ownIds(prior: Ids, kept: readonly LocalId[]): LocalId[] {
  const domains = new Set(kept.map(({ domain }) => domain));
  return localIdsOf(prior).filter(({ domain }) => domains.has(domain));
}

async function heed(tx: Sql, senderFiness: string, id: LocalId, said: { traits: PrintedTraits; fingerprint: string }): Promise<void> {
  const [link] = await linksOf(tx, senderFiness, [id]);
  if (link?.state !== 'linked') return;
  if (contradicts(link.fingerprint, said.fingerprint)) return refreshAliases(tx, await breakLinks(tx, senderFiness, [id]));
  return heedNames(tx, link.patientId, said.traits);
}

interface Merged {
  senderFiness: string;
  kept: readonly LocalId[];
  given: readonly LocalId[];
  fingerprint: string;
  receivedAt: Date;
  controlId: string;
}

/** Where the numbers lead once one is given up for the other. */
async function follow(tx: Sql, { senderFiness, kept, given, fingerprint, receivedAt, controlId }: Merged): Promise<void> {
  const [from, to] = [await linksOf(tx, senderFiness, given), await linksOf(tx, senderFiness, kept)];
  const [prior] = from;
  if (!prior) return;
  const survivors = await survivorsOf(
    tx,
    [...from, ...to].map(({ patientId }) => patientId),
  );
  const records = [...new Set([...from, ...to].map(({ patientId }) => survivors.get(patientId) ?? patientId))];
  const [one, another] = records;
  if (one && another) return noteDuplicate(tx, one, another, `sender:${senderFiness}`, receivedAt);
  if (to.length > 0 || prior.state !== 'linked' || prior.fingerprint !== fingerprint) return;
  for (const id of kept) {
    await upsertLink(tx, { ...id, senderFiness, patientId: prior.patientId, fingerprint, by: `adt:${controlId}`, now: receivedAt });
  }
  await refreshAliases(tx, [prior.patientId]);
}
