import { alikeByOtherWays } from './copies.ts';
import type { DocumentItem, MaskInForce } from './document-contract.ts';
import type { DocumentEventRow } from './store-registry.ts';
import type { VersionedDocument } from './versioned-document.ts';

/** What people made of one document: computed from all that they did, in order. */
export interface DocumentStanding {
  status: DocumentItem['status'];
  masks: MaskInForce[];
  /** ISO 8601: when a person last changed its visibility or its status. */
  changedAt?: string;
  /** Principal id of the professional who told the patient of it, or ended its waiting to be told. */
  toldBy?: string;
}

const AS_FILED: DocumentStanding = { status: 'current', masks: [] };

/**
 * A mask holds for all the versions of a document and its copies, those that come later too: a correction must not show what was hidden. Archiving and
 * withdrawing hold for the one version they were done to.
 *
 * @param documents of one patient
 * @param events of these documents, oldest first
 * @returns by documentId; a document without events stands as it was filed
 */
export function documentStandings(
  documents: readonly VersionedDocument[],
  events: readonly DocumentEventRow[],
): (documentId: string) => DocumentStanding {
  if (events.length === 0) return () => AS_FILED;
  const families = familiesOf(documents);
  const byFamily = Map.groupBy(events, ({ documentId }) => families.get(documentId) ?? documentId);
  return (documentId) => {
    const family = byFamily.get(families.get(documentId) ?? documentId) ?? [];
    const own = family.filter((event) => event.mask !== null || event.documentId === documentId);
    return own.length === 0 ? AS_FILED : fold(own);
  };
}

function fold(events: readonly DocumentEventRow[]): DocumentStanding {
  const masks = new Map<string, MaskInForce>();
  let status: DocumentStanding['status'] = 'current';
  let toldBy: string | undefined;
  for (const event of events) {
    if (event.role !== 'patient' && (event.kind === 'tell' || (event.kind === 'show' && event.mask === 'INVISIBLE_PATIENT')))
      toldBy = event.actor;
    if (event.kind === 'tell') continue;
    if (event.kind === 'hide') masks.set(event.mask!, maskOf(event));
    else if (event.kind === 'show') masks.delete(event.mask!);
    else status = { archive: 'archived', restore: 'current', delete: 'deleted' }[event.kind] as DocumentStanding['status'];
  }
  return { status, masks: [...masks.values()], changedAt: events.at(-1)!.at.toISOString(), ...(toldBy !== undefined && { toldBy }) };
}

function maskOf({ mask, at, actor, actorName, role, reason, owner, ownerName, dueAt, remindAt }: DocumentEventRow): MaskInForce {
  return {
    mask: mask!,
    at: at.toISOString(),
    by: { id: actor, name: actorName, role },
    ...(reason !== null && { reason }),
    ...(owner !== null &&
      dueAt !== null &&
      remindAt !== null && {
        announcement: { owner, ownerName: ownerName ?? owner, dueAt: dueAt.toISOString(), remindAt: remindAt.toISOString() },
      }),
  };
}

/**
 * The versions of one document: those of one set of one structure, those that one of them replaces, and reports that say the very same, by whichever
 * channel and in whatever order they came: what is hidden would be read in its copy. By documentId: a name of its family.
 */
function familiesOf(documents: readonly VersionedDocument[]): Map<string, string> {
  const parent = new Map<string, string>();
  const rootOf = (key: string): string => {
    let root = key;
    for (let next = parent.get(root); next !== undefined; next = parent.get(root)) root = next;
    return root;
  };
  const join = (a: string, b: string) => {
    const [rootA, rootB] = [rootOf(a), rootOf(b)];
    if (rootA !== rootB) parent.set(rootB, rootA);
  };
  const setOf = ({ structure, setId }: VersionedDocument) => JSON.stringify([structure, 'set', setId]);
  for (const document of documents) {
    const { structure, uniqueId, replaces } = document;
    for (const id of [uniqueId, ...replaces]) join(setOf(document), JSON.stringify([structure, 'id', id]));
  }
  for (const [one, other] of alikeByOtherWays(documents)) join(setOf(one), setOf(other));
  return new Map(documents.map((document) => [document.documentId, rootOf(setOf(document))]));
}
