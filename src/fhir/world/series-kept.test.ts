import { describe, expect, test } from 'vitest';
import type { StoredReport } from '../../record/contract.ts';
import { jsonBytes } from '../wire/bundle-bytes.ts';
import { type ReadReport, shelfOfReports } from './series-kept.ts';
import { Shelf } from './world.ts';

const PATIENT = '0190a000-0000-7000-8000-000000000001';
const potassium = (text: string) => ({
  n: 1,
  label: 'Potassium',
  loinc: '2823-3',
  status: 'final',
  text,
  number: { value: Number(text.replace(',', '.')) },
  unit: 'mmol/L',
  normalised: { row: 'potassium.serum', ucum: 'mmol/L' },
});
const head: Partial<StoredReport> = {
  documentId: '0190a000-0000-7000-8000-0000000000d1',
  uniqueId: '1.2.3',
  setId: '1.2.3',
  version: 1,
  replaces: [],
  laboratory: { finess: '990400101', name: 'LBM des Essais' },
  status: 'final',
  chapters: [],
  hasPdf: true,
  sampledAt: '2026-03-02T07:42:00.000Z',
  issuedAt: '2026-03-02T11:00:00.000Z',
  receivedAt: '2026-03-02T11:00:01.000Z',
};
const read = (more: Partial<ReadReport> = {}, text = '4,10'): ReadReport => ({
  structure: '990400101',
  setId: '1.2.3',
  head: JSON.stringify(head),
  results: JSON.stringify([potassium(text)]),
  place: { current: true, conflict: false },
  isPartial: false,
  isReread: false,
  ...more,
});
const shelved = (...reports: ReadReport[]) => new Shelf(shelfOfReports(PATIENT, reports, 'Europe/Paris'));

describe('what is kept of a series', () => {
  test('is given again for the same texts, and made anew for any other', () => {
    const [first, again] = [shelved(read()), shelved(read())];
    expect(again.all('Observation')[0]).toBe(first.all('Observation')[0]);
    const corrected = shelved(read({}, '5,60'));
    expect(corrected.all('Observation')[0]).toMatchObject({ id: first.all('Observation')[0]!.id });
    expect(jsonBytes(corrected.all('Observation')[0]!).toString()).toContain('5.60');
  });

  test('is not what another reader sees, from whom a part is hidden', () => {
    const [whole, part] = [shelved(read()), shelved(read({ isPartial: true, results: '[]' }))];
    expect([whole.all('Observation').length, part.all('Observation').length]).toEqual([1, 0]);
    expect([whole.all('DiagnosticReport')[0]!['presentedForm'], part.all('DiagnosticReport')[0]!['presentedForm']]).toEqual([
      [expect.anything()],
      undefined,
    ]);
  });

  test('bears another version when a part of it is hidden, and when newer rules read it again: a cache never takes one for the other', () => {
    const [one, other] = [potassium('4,10'), { ...potassium('138'), n: 2, label: 'Sodium', loinc: '2951-2' }];
    const seenAs = (more: Partial<ReadReport>) => shelved(read(more)).all('DiagnosticReport')[0]!.meta!.versionId;
    const versions = [
      seenAs({ results: JSON.stringify([one, other]) }),
      seenAs({ results: JSON.stringify([one]), isPartial: true }),
      seenAs({ results: JSON.stringify([other]), isPartial: true }),
      seenAs({ results: JSON.stringify([{ ...one, loinc: '6298-4' }, other]), isReread: true }),
    ];
    expect([versions[0], new Set(versions).size]).toEqual(['1', 4]);
  });

  test('stands as it stands now: withdrawn once another report replaces it', () => {
    expect(shelved(read()).all('DiagnosticReport')[0]!['status']).toBe('final');
    expect(shelved(read({ place: { current: false, conflict: false } })).all('DiagnosticReport')[0]!['status']).toBe('entered-in-error');
  });

  test('is asked for as one when the very same reports come again, and not when one of them stands otherwise', () => {
    const other = read({ setId: '1.2.4', head: JSON.stringify({ ...head, setId: '1.2.4', uniqueId: '1.2.4' }) });
    const one = read();
    const first = shelfOfReports(PATIENT, [one, other], 'Europe/Paris');
    expect(shelfOfReports(PATIENT, [one, other], 'Europe/Paris')).toBe(first);
    expect(shelfOfReports(PATIENT, [one], 'Europe/Paris').all('DiagnosticReport')).toHaveLength(1);
    const replaced = shelfOfReports(PATIENT, [one, { ...other, place: { current: false, conflict: false } }], 'Europe/Paris');
    expect(replaced.all('DiagnosticReport').map(({ status }) => status)).toEqual(['final', 'entered-in-error']);
  });

  test('is the same resource whoever shelves it, and putting another version on a shelf changes no other shelf', () => {
    const [one, other] = [shelved(read()), shelved(read())];
    const [report] = one.all('DiagnosticReport');
    one.put({ ...report!, status: 'amended' });
    expect([one.history('DiagnosticReport', report!.id).length, other.history('DiagnosticReport', report!.id).length]).toEqual([2, 1]);
  });
});

describe('a Bundle written piece by piece', () => {
  test('is the same JSON, entry by entry', () => {
    const entry = [
      { fullUrl: 'urn:a', resource: { resourceType: 'Patient', id: 'é"\\' }, search: { mode: 'match' } },
      { resource: { resourceType: 'OperationOutcome', issue: [] } },
      { response: { status: '200' } },
      { resource: { resourceType: 'Bundle', entry: [{ resource: { resourceType: 'Patient', id: 'b' } }] }, response: { status: '200' } },
    ];
    for (const bundle of [
      { resourceType: 'Bundle', type: 'searchset', entry },
      { resourceType: 'Bundle', type: 'searchset', total: 0 },
    ])
      expect(JSON.parse(jsonBytes(bundle).toString())).toEqual(bundle);
  });
});
