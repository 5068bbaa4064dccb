import { askedAsOne, type Sql } from '#kernel';
import type { DocumentItem } from './document-contract.ts';
import { documentStandings } from './document-standing.ts';
import { headOf } from './registry.ts';
import { documentsAmong, type KeptDocument } from './store.ts';
import { documentEventsOf, versionsOf } from './store-registry.ts';
import { standings } from './versions.ts';

/** A document as it stands among the others of its person, without what it relates to and its further copies. */
export type StandingDocument = Omit<DocumentItem, 'relations' | 'arrivals'>;

/** One document found, with what is kept of it: of a report, its results and rights. */
export interface FoundDocument {
  item: StandingDocument;
  kept: KeptDocument;
  /** Versions that this one replaces. */
  formers: { item: StandingDocument; kept: KeptDocument }[];
}

interface Asked {
  /** The records read as one. */
  homes: readonly string[];
  documentId: string;
}

/**
 * One document of a person, and those that it replaces: of the others only what decides how it stands is read. Undefined when it is not there, or is only
 * a further copy of another. Asked for several side by side, it is asked as one.
 */
export const standingDocument = askedAsOne(async (sql: Sql, asked: readonly Asked[]): Promise<(FoundDocument | undefined)[]> => {
  const homes = [...new Set(asked.flatMap((one) => one.homes))];
  const [versions, events, found] = await Promise.all([
    versionsOf(sql, homes),
    documentEventsOf(sql, homes),
    documentsAmong(
      sql,
      homes,
      asked.map(({ documentId }) => documentId),
    ),
  ]);
  const people = asked.map((one) => {
    const own = new Set(one.homes);
    const documents = versions.filter(({ patientId }) => own.has(patientId));
    const deeds = events.filter(({ patientId }) => own.has(patientId));
    return { ...one, version: standings(documents), standing: documentStandings(documents, deeds) };
  });
  const formersOf = people.map(({ documentId, version }) =>
    [...version].flatMap(([former, { supersededBy, copyOf }]) => (supersededBy === documentId && copyOf === undefined ? [former] : [])),
  );
  const formers = formersOf.flat();
  const replaced = formers.length === 0 ? [] : await documentsAmong(sql, homes, formers);
  const kept = new Map([...found, ...replaced].map((document) => [document.documentId, document]));
  return people.map(({ documentId, version, standing }, n) => {
    const found = (id: string) => {
      const own = kept.get(id);
      return own && { item: { ...headOf(own), patientId: own.patientId, ...version.get(id)!, ...standing(id) }, kept: own };
    };
    const stands = version.get(documentId);
    const one = stands && stands.copyOf === undefined ? found(documentId) : undefined;
    return one && { ...one, formers: formersOf[n]!.flatMap((former) => found(former) ?? []) };
  });
});
