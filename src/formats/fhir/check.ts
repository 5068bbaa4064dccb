import { createHash } from 'node:crypto';
import { Refusal, readHl7Time } from '#kernel';
import type { Bundle } from './bundle.ts';
import { type Node, nodeOf, nodesOf, textOf } from './json.ts';
import { hl7OfFhir } from './times.ts';

/** R4 value set diagnostic-report-status. */
const REPORT_STATUSES: ReadonlySet<unknown> = new Set(
  'registered partial preliminary final amended corrected appended cancelled entered-in-error unknown'.split(' '),
);
/** R4 value set observation-status. */
const OBSERVATION_STATUSES: ReadonlySet<unknown> = new Set(
  'registered preliminary final amended corrected cancelled entered-in-error unknown'.split(' '),
);

/**
 * What says how far a report has come, and when: a slip in it would be taken for something else (a draft for a final result, a sampling of today
 * for one without a time), so it is refused rather than guessed.
 * @throws Refusal `report.unreadable` at the element
 * Source: FHIR R4 DiagnosticReport.status and Observation.status (1..1, required bindings); §2.24.0.1 dateTime, instant.
 */
export function checkStatesAndTimes(bundle: Bundle): void {
  // The results of one report say a time or two.
  const known = new Set<unknown>();
  const checkTimes = (holder: Node, names: readonly string[], at: string) => checkEach(holder, names, at, known);
  for (const { resource } of bundle.entries) {
    const type = resource['resourceType'];
    if (type === 'DiagnosticReport') checkStatus(resource, REPORT_STATUSES);
    else if (type === 'Observation') checkStatus(resource, OBSERVATION_STATUSES);
    else if (type === 'Specimen') {
      checkTimes(resource, ['receivedTime'], 'Specimen');
      checkTimes(nodeOf(resource['collection']), ['collectedDateTime'], 'Specimen.collection');
      checkTimes(nodeOf(nodeOf(resource['collection'])['collectedPeriod']), ['start', 'end'], 'Specimen.collection.collectedPeriod');
      continue;
    } else continue;
    checkTimes(resource, ['effectiveDateTime', 'effectiveInstant', 'issued'], type);
    checkTimes(nodeOf(resource['effectivePeriod']), ['start', 'end'], `${type}.effectivePeriod`);
  }
}

function checkStatus({ resourceType, status }: Node, known: ReadonlySet<unknown>): void {
  if (!known.has(status))
    throw new Refusal('report.unreadable', 'the status is none that FHIR R4 has: it says whether the values are final', {
      at: `${String(resourceType)}.status`,
    });
}

function checkEach(holder: Node, names: readonly string[], at: string, known: Set<unknown>): void {
  for (const name of names) {
    const time = holder[name];
    if (time === undefined || known.has(time)) continue;
    const hl7 = typeof time === 'string' ? hl7OfFhir(time) : undefined;
    // The zone moves no day in or out of the calendar.
    if (hl7 === undefined || !readHl7Time(hl7, 'UTC'))
      throw new Refusal('report.unreadable', 'the time is not one of FHIR: 2026-03-02, 2026-03-02T09:10:00+01:00', { at: `${at}.${name}` });
    known.add(time);
  }
}

/**
 * Each result that the report names is in the Bundle: a report of which one got lost on its way would look whole.
 * @throws Refusal `report.unreadable`
 */
export function checkResultsAreThere(bundle: Bundle, report: Node): void {
  const lost = nodesOf(report['result']).filter((reference) => textOf(reference['reference']) !== undefined && !bundle.resolve(reference));
  if (lost.length > 0)
    throw new Refusal('report.unreadable', `${lost.length} of the results that the report names are not in the Bundle: send it whole`, {
      at: 'DiagnosticReport.result',
    });
}

/**
 * The file of an attachment, decoded when it is read: that it is base64, and what was said of it, is checked now.
 * @throws Refusal `report.unreadable`
 * Source: FHIR R4 Attachment: data base64Binary, size and SHA-1 hash (base64) of the data once decoded.
 */
export function checkAttachment(attachment: Node, base64: string | undefined, at: string): void {
  const wrong = (element: string, message: string): never => {
    throw new Refusal('report.unreadable', message, { at: `${at}.${element}` });
  };
  if (base64 === undefined) return wrong('data', 'the data are not base64');
  const { size, hash } = attachment;
  if (size === undefined && hash === undefined) return;
  const bytes = Buffer.from(base64, 'base64');
  if (size !== undefined && Number(textOf(size)) !== bytes.length) wrong('size', 'the size is not that of the data');
  if (hash !== undefined && hash !== createHash('sha1').update(bytes).digest('base64'))
    wrong('hash', 'the hash is not the SHA-1 of the data, in base64');
}
