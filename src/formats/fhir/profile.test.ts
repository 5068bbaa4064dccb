import { existsSync, readdirSync, readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { arbitraryReport } from '../../../test/support/arbitrary-report.ts';
import { chemistryReport } from '../../../test/support/lab-report.ts';
import type { LabReport } from '../lab-report.ts';
import { writeFhir } from './write.ts';

/** What we write against the profiles of the EU laboratory report: its rules over the Bundle, then what each profile says must or must not be there. */

type Resource = Record<string, unknown> & { resourceType: string };
interface Bundle {
  identifier?: unknown;
  timestamp?: unknown;
  entry: { fullUrl: string; resource: Resource }[];
}
interface Profile {
  type: string;
  snapshot?: { element: { path: string; id: string; min: number; max: string }[] };
  differential: { element: { path: string; id: string; min?: number; max?: string }[] };
}

const FOLDER = new URL('../../../../shared/schemas/fhir/eu-lab/', import.meta.url);
const PROFILES = [
  'Bundle',
  'Composition',
  'DiagnosticReport',
  'Patient',
  'Specimen',
  'ServiceRequest',
  'Practitioner',
  'PractitionerRole',
  'Observation-resultslab',
];
const hasProfiles = existsSync(FOLDER) && readdirSync(FOLDER).length > 0;

const bundleOf = (report: LabReport) => JSON.parse(writeFhir(report)) as Bundle;
const ofType = (bundle: Bundle, type: string) =>
  bundle.entry.filter(({ resource }) => resource.resourceType === type).map(({ resource }) => resource);

describe('the rules of the EU laboratory document', () => {
  const bundle = bundleOf(chemistryReport(12));
  const [composition] = ofType(bundle, 'Composition');
  const [report] = ofType(bundle, 'DiagnosticReport');

  test('one Composition first, one DiagnosticReport, each naming the other', () => {
    expect([bundle.entry[0]!.resource, ofType(bundle, 'Composition').length, ofType(bundle, 'DiagnosticReport').length]).toEqual([
      composition,
      1,
      1,
    ]);
    const urlOf = (resource: Resource) => bundle.entry.find((entry) => entry.resource === resource)!.fullUrl;
    expect(JSON.stringify(report!['extension'])).toContain(urlOf(composition!));
    expect(JSON.stringify(composition!['extension'])).toContain(urlOf(report!));
  });

  test('both say the same identifier, patient, encounter, code and disciplines, letter for letter', () => {
    expect(report!['identifier']).toEqual([composition!['identifier']]);
    expect([report!['subject'], report!['encounter'], report!['code'], report!['category']]).toEqual([
      composition!['subject'],
      composition!['encounter'],
      composition!['type'],
      composition!['category'],
    ]);
  });

  test('every reference leads to a resource of the Bundle', () => {
    const urls = new Set(bundle.entry.map(({ fullUrl }) => fullUrl));
    const references = [...JSON.stringify(bundle).matchAll(/"reference":"([^"]+)"/g)].map(([, url]) => url!);
    expect(references.length).toBeGreaterThan(30);
    expect(references.filter((url) => !urls.has(url))).toEqual([]);
  });

  test('each Observation is of the category laboratory, has a performer, and a value, a reason why not, or members', () => {
    for (const observation of ofType(bundle, 'Observation')) {
      expect(JSON.stringify(observation['category'])).toContain('"laboratory"');
      expect((observation['performer'] as unknown[]).length).toBeGreaterThan(0);
      const says = Object.keys(observation).some(
        (key) => key.startsWith('value') || ['dataAbsentReason', 'hasMember', 'component'].includes(key),
      );
      expect(says || observation['status'] === 'cancelled').toBe(true);
    }
  });
});

/** Elements at the top of a resource that a profile makes mandatory or forbids; slices and choices are left to the rules above. */
function demandsOf(name: string): { type: string; mandatory: string[]; forbidden: string[] } {
  const profile = JSON.parse(readFileSync(new URL(`StructureDefinition-${name}-eu-lab.json`, FOLDER), 'utf8')) as Profile;
  const elements = (profile.snapshot ?? profile.differential).element.filter(
    ({ id, path }) => !id.includes(':') && !path.includes('[x]') && path.split('.').length === 2,
  );
  const named = (some: typeof elements) => some.map(({ path }) => path.split('.')[1]!);
  return {
    type: profile.type,
    mandatory: named(elements.filter(({ min }) => (min ?? 0) > 0)),
    forbidden: named(elements.filter(({ max }) => max === '0')),
  };
}

describe.skipIf(!hasProfiles)('the published profiles (skipped where they are not)', () => {
  const demands = hasProfiles ? PROFILES.map(demandsOf) : [];

  test('ask for something', () => {
    expect(demands.flatMap(({ mandatory }) => mandatory).length).toBeGreaterThan(10);
  });

  const faultsOf = (bundle: Bundle): string[] =>
    demands.flatMap(({ type, mandatory, forbidden }) => {
      const resources = type === 'Bundle' ? [bundle as unknown as Resource] : ofType(bundle, type);
      return resources.flatMap((resource) => [
        ...mandatory.filter((key) => resource[key] === undefined).map((key) => `${type}.${key} is missing`),
        ...forbidden.filter((key) => resource[key] !== undefined).map((key) => `${type}.${key} is forbidden`),
      ]);
    });

  test('are met by a typical report', () => {
    expect(faultsOf(bundleOf(chemistryReport(12)))).toEqual([]);
  });

  test('are met by any report', { timeout: 60_000 }, () => {
    fc.assert(
      fc.property(arbitraryReport, (report) => {
        expect([...new Set(faultsOf(bundleOf(report)))]).toEqual([]);
      }),
      { numRuns: 40 },
    );
  });
});
