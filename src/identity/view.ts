import { Refusal, type Sql } from '#kernel';
import { isUndoable } from './change.ts';
import { type Duplicates, type IdentityEvent, type IdentityView, USES } from './contract.ts';
import { askedSince } from './insi/store.ts';
import type { IdentityDeps } from './route-deps.ts';
import { permits } from './status.ts';
import { patientsByIds } from './store.ts';
import { aliasesOf } from './store-aliases.ts';
import { personOf } from './store-merges.ts';
import { eventsOf, type StoredEvent } from './store-events.ts';
import { factsOf, type KeptFacts } from './store-facts.ts';
import { openDuplicates } from './store-source.ts';
import { type DecisionRow, decisionsOn } from './store-worklist.ts';

/** Decisions of the worklist shown in a history: one that a link files each day for ten years has thousands. */
const MOST_DECISIONS = 200;
const MOST_DUPLICATES = 50;

/**
 * A person as the identity cell works on them: who they are, since when, by what proof, what was done and can be taken back.
 * @throws Refusal `request.not-found`
 */
export async function identityView(sql: Sql, patientId: string, filedIn: IdentityDeps['filedIn']): Promise<IdentityView> {
  const person = await personOf(sql, patientId);
  const kept = await factsOf(sql, person.patientId);
  const patients = await patientsByIds(sql, person.homes);
  const patient = patients.find((one) => one.patientId === person.patientId);
  if (!kept || !patient) throw new Refusal('request.not-found', 'no such patient', { at: 'params.patientId' });
  const filed = Map.groupBy(await filedIn(sql, person.homes), (document) => document.patientId);
  const asked = await askedSince(sql, person.patientId);
  const aliases = (await aliasesOf(sql, [person.patientId])).get(person.patientId) ?? [];
  return {
    patient,
    records: patients
      .toSorted((a, b) => Number(b === patient) - Number(a === patient))
      .map((record) => Object.assign({ filed: filed.get(record.patientId) ?? [] }, record)),
    aliases: aliases.map(({ family, givens, origin, sender, knownAt }) => ({
      family,
      givens,
      origin,
      sender,
      knownAt: knownAt.toISOString(),
    })),
    document: kept.facts.document ?? null,
    receivedFrom: kept.receivedFrom,
    service: serviceOf(kept, asked),
    permits: USES.filter((use) => permits(patient, use)),
    events: history(await eventsOf(sql, person.homes), await decisionsOn(sql, person.homes, MOST_DECISIONS), person.patientId, kept),
  };
}

function serviceOf({ facts }: KeptFacts, asked: Date | undefined): IdentityView['service'] {
  if (facts.insiAt) return { state: 'confirmed', at: facts.insiAt };
  return asked ? { state: 'asked', at: asked.toISOString() } : { state: 'none', at: null };
}

function history(
  events: readonly StoredEvent[],
  decisions: readonly DecisionRow[],
  survivor: string,
  { facts }: KeptFacts,
): IdentityEvent[] {
  const undone = new Set(events.map(({ undoes }) => undoes));
  const lines = events.map((event) => ({
    eventId: event.eventId,
    patientId: event.patientId,
    at: event.at.toISOString(),
    kind: event.kind,
    who: event.whoName,
    reason: event.reason,
    before: event.before ?? {},
    after: event.after ?? {},
    isUndoable: event.patientId === survivor && !undone.has(event.eventId) && isUndoable(event, facts),
  }));
  const decided = decisions.map(({ decisionId, patientId, at, action, whoName, reason }) => ({
    eventId: decisionId,
    patientId,
    at: at.toISOString(),
    kind: `worklist-${action}`,
    who: whoName,
    reason,
    before: {},
    after: {},
    isUndoable: false,
  }));
  // each list is the latest first already; a stable sort keeps the order of those of one instant
  return [...lines, ...decided].toSorted((a, b) => (a.at < b.at ? 1 : a.at > b.at ? -1 : 0));
}

/** Records said to be one person, for a person to merge or to tell apart. */
export async function listDuplicates(sql: Sql): Promise<Duplicates> {
  const rows = await openDuplicates(sql, MOST_DUPLICATES);
  const ids = rows.flatMap(({ patientId, otherId }) => [patientId, otherId]);
  const byId = new Map((await patientsByIds(sql, ids)).map((patient) => [patient.patientId, patient]));
  return {
    duplicates: rows.flatMap(({ patientId, otherId, toldBy, toldAt }) => {
      const [one, another] = [byId.get(patientId), byId.get(otherId)];
      const [, finess = null] = /^sender:(.*)$/.exec(toldBy) ?? [];
      if (!one || !another) return [];
      return [
        {
          one,
          another,
          toldBy: finess === null ? ('service' as const) : ('sender' as const),
          sender: finess,
          toldAt: toldAt.toISOString(),
        },
      ];
    }),
  };
}
