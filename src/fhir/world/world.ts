import { compareVersions, isCorrection } from '#record';
import { Corrected } from './corrected.ts';
import type { StoredReport, StoredResult } from '#record/contract';
import { plainId, seriesId } from '../wire/ids.ts';
import { observation, observationIds, type ReportContext, withdrawnObservation } from '../make/observation.ts';
import { organismObservation, organismsOf } from '../make/organism.ts';
import { diagnosticReport, structureReference, withdrawnReport } from '../make/report.ts';
import { isolateOf, type SpecimenContext, specimenId, specimenKey, specimenResource, strainResource } from '../make/specimen.ts';
import { organizationResource } from '../make/directory.ts';
import type { Reference, Resource } from '../wire/resource.ts';

/** Everything that one reader may see of one patient, as resources: what a search looks in, and where references lead. */
export interface World {
  /** In no particular order. */
  all(type: string): readonly Resource[];
  find(type: string, id: string): Resource | undefined;
  /** The versions of a resource, newest first. */
  history(type: string, id: string): Resource[];
  /** The one resource that is asked for was there, and was removed: said to who might have read it. */
  isRemoved?: boolean;
  /** DocumentReferences whose text holds the words asked for (`_content`), by id. */
  saying?: ReadonlySet<string>;
}

/** A report as this reader sees it. */
export interface SeenReport extends StoredReport {
  /** When a report of another series replaced it. */
  replacedAt?: string;
  /** Results of it are hidden from this reader: its files are not shown. */
  isPartial: boolean;
  /** Of a part of it, or of a later reading of its results: a digest of what is seen. */
  reading?: string;
}

interface Versions {
  newest: Resource;
  older: Resource[];
}

/** Resources by type and identifier, each with its versions. */
export class Shelf implements World {
  readonly #held = new Map<string, Map<string, Versions>>();
  readonly #listed = new Map<string, readonly Resource[]>();
  readonly #under: Shelf | undefined;
  isRemoved = false;
  /** What is still to be made once the record is read, while nobody waits for it. */
  later?: (now: Date) => Promise<void>;
  saying?: ReadonlySet<string>;

  /** @param under a shelf that many readers share: seen through this one, and left as it is */
  constructor(under?: Shelf) {
    this.#under = under;
  }

  /** The newest version; one given before becomes an older one. */
  put(resource: Resource): void {
    const { resourceType, id } = resource;
    const ofType = this.#held.get(resourceType) ?? new Map<string, Versions>();
    this.#held.set(resourceType, ofType);
    const known = this.#versions(resourceType, id);
    ofType.set(id, { newest: resource, older: known ? [known.newest, ...known.older] : [] });
    this.#listed.delete(resourceType);
  }

  /** Everything of another shelf, which is left as it is. */
  adopt(other: Shelf): void {
    for (const [type, resources] of other.#held) {
      const own = this.#held.get(type);
      if (!own) this.#held.set(type, new Map(resources));
      else for (const [id, versions] of resources) if (!own.has(id)) own.set(id, versions);
      this.#listed.delete(type);
    }
  }

  all(type: string): readonly Resource[] {
    const own = this.#held.get(type);
    if (!own) return this.#under?.all(type) ?? NOTHING;
    let listed = this.#listed.get(type);
    if (!listed) {
      const under = this.#under?.all(type).filter(({ id }) => !own.has(id)) ?? NOTHING;
      this.#listed.set(type, (listed = [...[...own.values()].map(({ newest }) => newest), ...under]));
    }
    return listed;
  }

  find(type: string, id: string): Resource | undefined {
    return this.#versions(type, id)?.newest;
  }

  history(type: string, id: string): Resource[] {
    const versions = this.#versions(type, id);
    return versions ? [versions.newest, ...versions.older] : [];
  }

  #versions(type: string, id: string): Versions | undefined {
    const own = this.#held.get(type)?.get(id);
    return own ?? (this.#under && this.#under.#versions(type, id));
  }
}

const NOTHING: readonly Resource[] = [];

/** @param zone IANA zone of results dated by the day */
export function shelveReports(shelf: Shelf, patientId: string, reports: readonly SeenReport[], zone: string): void {
  const dateOf = dateWriter(zone);
  const series = Map.groupBy(reports, (report) => `${report.laboratory.finess} ${report.setId}`);
  for (const versions of series.values()) {
    const ordered = versions.toSorted(
      (a, b) => compareVersions(a, b) || a.issuedAt.localeCompare(b.issuedAt) || a.receivedAt.localeCompare(b.receivedAt),
    );
    const standing = ordered.filter(({ current }) => current);
    const main = standing[0];
    const rivals = standing.slice(1);
    // Versions that contradict one another are all shown, each as a resource of its own, until a biologist has decided.
    shelveSeries(shelf, patientId, main ? [...ordered.filter(({ current }) => !current), main] : ordered, {
      dateOf,
      suffix: '',
      isStanding: main !== undefined,
    });
    for (const rival of rivals) shelveSeries(shelf, patientId, [rival], { dateOf, suffix: ` ${rival.uniqueId}`, isStanding: true });
  }
  for (const { laboratory } of reports)
    if (!shelf.find('Organization', plainId(laboratory.finess))) shelf.put(organizationResource(laboratory));
}

interface SeriesOptions {
  dateOf: ReportContext['dateOf'];
  suffix: string;
  /** The last version is the one to read; otherwise a report of another series replaced it. */
  isStanding: boolean;
}

function shelveSeries(
  shelf: Shelf,
  patientId: string,
  versions: readonly SeenReport[],
  { dateOf, suffix, isStanding }: SeriesOptions,
): void {
  const first = versions[0]!;
  const series = seriesId(patientId, first.laboratory.finess, `${first.setId}${suffix}`);
  const subject = { reference: `Patient/${patientId}` };
  let before = new Map<string, Resource>();
  let versionId = '';
  const corrected = new Corrected();
  for (const [rank, report] of versions.entries()) {
    versionId = versionOf(versions, rank);
    const specimens = new Map<string, Reference>();
    const meta = { versionId, lastUpdated: report.receivedAt };
    const context: ReportContext = {
      series,
      subject,
      performer: [structureReference(report.laboratory)],
      report,
      meta,
      isCorrected: (id) => corrected.has(id),
      dateOf,
      specimenOf: (result) => shelveSpecimen(shelf, series, result, { specimens, context: { report, subject, meta, dateOf } }),
    };
    const now = new Map<string, Resource>();
    const ids = observationIds(series, report.results);
    corrected.next(ids, report);
    const keep = (made: Resource) => {
      now.set(made.id, made);
      shelf.put(made);
    };
    for (const organism of organismsOf(series, report, ids)) keep(organismObservation(organism, context));
    report.results.forEach((result, k) => keep(observation(ids[k]!, result, context)));
    for (const [id, gone] of before) if (!now.has(id)) shelf.put(withdrawnObservation(gone, versionId, report.receivedAt));
    before = now;
    shelf.put(
      diagnosticReport(report, {
        id: series,
        patientId,
        subject,
        versionId,
        isCorrection: isCorrection(report),
        wasIssued: versions.slice(0, rank).some(({ status }) => status === 'final'),
        results: [...now.keys()].map((id) => ({ reference: `Observation/${id}` })),
        specimens: [...specimens.values()],
        hasFile: !report.isPartial,
      }),
    );
  }
  if (isStanding) return;
  // It changed when what replaces it came: whoever asks what changed since has to hear of it.
  const { receivedAt, replacedAt = receivedAt } = versions.at(-1)!;
  for (const gone of before.values()) shelf.put(withdrawnObservation(gone, `${versionId}.1`, replacedAt));
  shelf.put(withdrawnReport(shelf.find('DiagnosticReport', series)!, `${versionId}.1`, replacedAt));
}

/** The laboratory's own number; when two have the same, the later ones say so; and which part, or which reading, when it is not what came whole. */
function versionOf(versions: readonly SeenReport[], rank: number): string {
  const { version, reading } = versions[rank]!;
  const same = versions.slice(0, rank).filter((earlier) => earlier.version === version).length;
  return `${version}${same === 0 ? '' : `-${same + 1}`}${reading === undefined ? '' : `.${reading}`}`;
}

interface SpecimenOptions {
  specimens: Map<string, Reference>;
  context: SpecimenContext;
}

function shelveSpecimen(
  shelf: Shelf,
  series: string,
  result: StoredResult,
  { specimens, context }: SpecimenOptions,
): Reference | undefined {
  const key = specimenKey(result);
  if (key === undefined) return undefined;
  const known = specimens.get(key);
  if (known) return known;
  const id = specimenId(series, key);
  const { isolate, ...grownFrom } = result;
  if (isolate === undefined) shelf.put(specimenResource(id, result, context));
  else {
    const parent = shelveSpecimen(shelf, series, grownFrom, { specimens, context });
    shelf.put(strainResource(id, isolateOf(context.report, isolate), { ...context, parent }));
  }
  const reference = { reference: `Specimen/${id}` };
  specimens.set(key, reference);
  return reference;
}

/** Making one costs more than a whole search. */
const formats = new Map<string, Intl.DateTimeFormat>();

function dayFormat(zone: string): Intl.DateTimeFormat {
  const known = formats.get(zone);
  if (known) return known;
  const made = new Intl.DateTimeFormat('en-CA', { timeZone: zone, year: 'numeric', month: '2-digit', day: '2-digit' });
  formats.set(zone, made);
  return made;
}

/** An instant with the precision that the laboratory gave: a day is the day of the region, not of Greenwich. */
function dateWriter(zone: string): ReportContext['dateOf'] {
  const days = new Map<string, string>();
  return (at, precision) => {
    if (precision !== 'day' && precision !== 'month' && precision !== 'year') return at;
    let day = days.get(at);
    if (day === undefined) days.set(at, (day = dayFormat(zone).format(new Date(at))));
    return precision === 'day' ? day : day.slice(0, precision === 'month' ? 7 : 4);
  };
}
