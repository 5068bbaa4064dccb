import { Refusal } from '#kernel';
import type { ReadingWarning } from '../lab-report.ts';
import { isNode, type Node, nodeOf, nodesOf, textOf } from './json.ts';

/** A Bundle that holds the Bundle a sender wrote, with what its references lead to elsewhere. */
const DEEPEST_BUNDLE = 2;

export interface Entry {
  fullUrl?: string;
  resource: Node;
}

/** The resources of a Bundle, and where its references lead (FHIR R4 §3.1.0, resolving references in Bundles). */
export interface Bundle {
  root: Node;
  entries: Entry[];
  warnings: ReadingWarning[];
  /** All of a type, in the order of the Bundle. */
  all(type: string): Node[];
  /** What a Reference leads to; undefined when it leads nowhere in this Bundle. */
  resolve(reference: unknown): Node | undefined;
}

/**
 * @throws Refusal `report.unreadable` when the resource is no Bundle
 */
export function openBundle(root: Node): Bundle {
  if (root['resourceType'] !== 'Bundle')
    throw new Refusal('report.unreadable', 'a laboratory report in FHIR is a Bundle', { at: 'resourceType' });
  const entries = entriesOf(root, 1);
  const warnings: ReadingWarning[] = [];
  const byUrl = new Map<string, Node>();
  const contained = new Map<string, Node | undefined>();
  const remember = (url: string | undefined, resource: Node) => {
    if (url === undefined) return;
    const known = byUrl.get(url);
    if (!known) byUrl.set(url, resource);
    else if (known !== resource && warnings.length === 0)
      warnings.push({
        code: 'reference.ambiguous',
        at: 'Bundle.entry.fullUrl',
        message: 'two entries have the same fullUrl: references lead to the first',
      });
  };
  for (const { fullUrl, resource } of entries) {
    remember(fullUrl, resource);
    for (const local of localNames(resource, fullUrl)) if (local !== fullUrl && !byUrl.has(local)) byUrl.set(local, resource);
    for (const inner of nodesOf(resource['contained'])) {
      const innerId = textOf(inner['id']);
      if (innerId === undefined) continue;
      // `#id` counts inside the resource that holds it: where two say different things under one id, it leads nowhere rather than to the wrong one.
      const isSame = !contained.has(innerId) || JSON.stringify(contained.get(innerId)) === JSON.stringify(inner);
      contained.set(innerId, isSame ? inner : undefined);
    }
  }
  return {
    root,
    entries,
    warnings,
    all: (type) => entries.flatMap(({ resource }) => (resource['resourceType'] === type ? [resource] : [])),
    resolve(reference) {
      const url = textOf(nodeOf(reference)['reference']);
      if (url === undefined) return undefined;
      if (url.startsWith('#')) return contained.get(url.slice(1));
      return byUrl.get(url) ?? byUrl.get(/[A-Z]\w+\/[\w.-]+(?=\/_history\/|$)/.exec(url)?.[0] ?? '');
    },
  };
}

/** `Patient/r0`, by which the others of its server name it: of its own id, and of the address that the Bundle gives it (R4 §2.36.4.1). */
function localNames(resource: Node, fullUrl: string | undefined): string[] {
  const type = String(resource['resourceType']);
  const id = textOf(resource['id']);
  const ofUrl = localName(fullUrl);
  return [...(id === undefined ? [] : [`${type}/${id}`]), ...(ofUrl?.startsWith(`${type}/`) ? [ofUrl] : [])];
}

/** The type and the id at the end of an address of REST. */
export const localName = (url: string | undefined): string | undefined =>
  url === undefined ? undefined : /(?:^|\/)([A-Z][A-Za-z]+\/[A-Za-z0-9.-]{1,64})$/.exec(url)?.[1];

function entriesOf(bundle: Node, depth: number): Entry[] {
  return nodesOf(bundle['entry']).flatMap((entry) => {
    const { resource } = entry;
    if (!isNode(resource)) return [];
    if (resource['resourceType'] === 'Bundle' && depth < DEEPEST_BUNDLE) return entriesOf(resource, depth + 1);
    const fullUrl = textOf(entry['fullUrl']);
    return [{ resource, ...(fullUrl && { fullUrl }) }];
  });
}
