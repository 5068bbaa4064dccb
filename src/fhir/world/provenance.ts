import { partId } from '../wire/ids.ts';
import { compact, type Reference, type Resource, STATED, versionedByContent } from '../wire/resource.ts';
import type { Shelf } from './world.ts';

/** Who takes part in what was made. */
const TYPES = 'http://terminology.hl7.org/CodeSystem/provenance-participant-type';
const agent = (code: string, who: unknown) => ({ type: { coding: [{ system: TYPES, code }] }, who });

/**
 * Where the reports, and what documents say, come from: for each the structure and the people who made it, when it came, and the document that says it, among what this reader
 * sees. Made when it is asked for, of what is on the shelf.
 */
export function shelveProvenance(shelf: Shelf): void {
  const fiches = shelf.all('DocumentReference');
  for (const report of shelf.all('DiagnosticReport')) {
    const { performer = [], resultsInterpreter = [], identifier } = report as Resource & Record<string, Reference[] | undefined>;
    const source = fiches.filter((one) => one['status'] === 'current' && isSame(one['identifier'], identifier) && isOf(one, performer[0]));
    const agents = [...performer.map((who) => agent('author', who)), ...resultsInterpreter.map((who) => agent('verifier', who))];
    shelf.put(provenance(report.id, [report, ...referred(report['result'])], { agents, source, recorded: report.meta!.lastUpdated! }));
  }
  const stated = [...STATED].flatMap((type) => shelf.all(type));
  // The identifier of what a document says begins with that of its fiche.
  for (const [id, said] of Map.groupBy(stated, (one) => one.id.split('.').slice(0, 2).join('.'))) {
    const fiche = shelf.find('DocumentReference', id);
    if (!fiche) continue;
    const { author = [], custodian, date } = fiche as Resource & { author?: { identifier?: object; display?: string }[]; date: string };
    // What is within the fiche is nowhere else.
    const agents = [
      ...author.map(({ identifier, display }) => agent('author', compact({ identifier, display }))),
      agent('custodian', custodian),
    ];
    shelf.put(provenance(id, [fiche, ...said], { agents, source: [fiche], recorded: date }));
  }
}

type Target = Pick<Resource, 'resourceType' | 'id'>;

function provenance(
  of: string,
  targets: readonly Target[],
  { agents, source, recorded }: { agents: readonly object[]; source: readonly Target[]; recorded: string },
): Resource {
  return versionedByContent(
    compact<Resource>({
      resourceType: 'Provenance',
      id: partId(of, 'provenance'),
      meta: { versionId: '', lastUpdated: recorded },
      target: targets.map(referenceTo),
      recorded,
      agent: [...agents],
      entity: source.map((one) => ({ role: 'source', what: referenceTo(one) })),
    }),
  );
}

const referenceTo = ({ resourceType, id }: Target): Reference => ({ reference: `${resourceType}/${id}` });

/** What a list of references leads to. */
const referred = (list: unknown): Target[] =>
  ((list ?? []) as Reference[]).map(({ reference }) => {
    const [resourceType = '', id = ''] = reference.split('/');
    return { resourceType, id };
  });

const isSame = (one: unknown, other: unknown): boolean => JSON.stringify(one) === JSON.stringify(other);
const isOf = ({ custodian }: Resource, structure: Reference | undefined): boolean =>
  (custodian as Reference | undefined)?.reference === structure?.reference;
