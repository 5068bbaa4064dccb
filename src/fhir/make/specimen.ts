import type { StoredIsolate, StoredReport, StoredResult } from '#record/contract';
import { partId } from '../wire/ids.ts';
import { compact, type Reference, type Resource } from '../wire/resource.ts';
import { concept, type ReportContext } from './observation.ts';
import { identifierOf } from './report.ts';

/** What the specimens of one version share. */
export interface SpecimenContext {
  report: StoredReport;
  subject: Reference;
  meta: { versionId: string; lastUpdated: string };
  dateOf: ReportContext['dateOf'];
}

const takenAt = ({ collectedAt, at }: StoredResult) => collectedAt ?? at ?? '';

/** One specimen of a report, by its kind, its time and the organism grown from it. */
export function specimenKey(result: StoredResult): string | undefined {
  const { specimen, isolate } = result;
  return specimen === undefined && isolate === undefined
    ? undefined
    : ['specimen', specimen ?? '', takenAt(result), isolate ?? ''].join(' ');
}

export const specimenId = (series: string, key: string): string => partId(series, key);

/** HL7 v2 table 0487 when it looks like one of its codes, else words. */
export function specimenResource(id: string, result: StoredResult, { report, subject, meta, dateOf }: SpecimenContext): Resource {
  const { specimen, specimenCodes, collectedAt, collectedPrecision, at, atPrecision } = result;
  const isCode = specimen !== undefined && /^[A-Z][A-Z0-9]{1,7}$/.test(specimen);
  const type = specimenCodes
    ? concept({ codes: specimenCodes, text: specimen })
    : isCode
      ? { coding: [{ system: 'http://terminology.hl7.org/CodeSystem/v2-0487', code: specimen }] }
      : { text: specimen };
  const said = report.specimens?.find((one) => one.specimen === specimen && (one.at ?? '') === takenAt(result));
  const collected = collectedAt ? dateOf(collectedAt, collectedPrecision) : at === undefined ? undefined : dateOf(at, atPrecision);
  return compact({
    resourceType: 'Specimen',
    id,
    meta,
    identifier: said?.ids.map(identifierOf),
    type,
    subject,
    receivedTime: said?.receivedAt,
    collection: collected === undefined ? undefined : { collectedDateTime: collected },
  });
}

/** The organism grown from a specimen, which is another. @param parent the specimen that it grew from, when it is known */
export function strainResource(
  id: string,
  isolate: StoredIsolate,
  { subject, meta, parent }: Pick<SpecimenContext, 'subject' | 'meta'> & { parent: Reference | undefined },
): Resource {
  return compact({
    resourceType: 'Specimen',
    id,
    meta,
    identifier: isolate.ids.map(identifierOf),
    type: concept({ codes: isolate.codes ?? [], text: isolate.organism }),
    subject,
    parent: parent && [parent],
  });
}

/** What is known of the organism of a result: its name at least. */
export const isolateOf = ({ isolates = [] }: StoredReport, organism: string): StoredIsolate =>
  isolates.find((one) => one.organism === organism) ?? { organism, ids: [] };
