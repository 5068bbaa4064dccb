import { describe, expect, test } from 'vitest';
import { JEANNE, POTASSIUM, quantity, reportOf } from '../../test/support/reports.ts';
import type { StoredResult } from './contract.ts';
import { readRights, rightsOfReport } from './report-rights.ts';

const printed = (n: number, label: string): StoredResult => ({
  n,
  label,
  status: 'final',
  text: '1',
  normalised: { row: 'local:x', rules: '1' },
});
const RESULTS = [printed(0, 'Potassium'), printed(1, 'Sérologie VIH 1 et 2'), printed(2, 'Chlamydia trachomatis PCR')];
const report = reportOf(1, { results: [POTASSIUM, quantity('99991-1', 'Sérologie VIH 1 et 2', '1', '1')] });
const readBack = (rights: string | null, isReread = false, results = RESULTS) =>
  readRights({ rights, results: JSON.stringify(results), isReread }).families;

describe('what decides who reads each result of a report', () => {
  test('is told from each result and from the age at the sampling', () => {
    expect(rightsOfReport(report, RESULTS, '2026-03-02T06:42:00Z')).toMatchObject({ ageYears: 70, families: { 1: ['hiv'] } });
    const girl = { ...report, patient: { ...JEANNE, birthDate: '20110612' } };
    expect(rightsOfReport(girl, RESULTS, '2026-03-02T06:42:00Z')).toMatchObject({
      ageYears: 14,
      families: { 1: ['hiv'], 2: ['sexual-health-of-minor'] },
    });
  });

  test('counts as those of a minor when the birth date is not a full one', () => {
    const unknown = { ...report, patient: { ...JEANNE, birthDate: '19550000' } };
    expect(rightsOfReport(unknown, RESULTS, '2026-03-02T06:42:00Z').families).toHaveProperty('2');
  });

  test('keeps the titles of chapters only where something may have to be left out', () => {
    expect(rightsOfReport(report, RESULTS, '2026-03-02T06:42:00Z').chapters).toEqual({ '18719-5': 'BIOCHIMIE' });
    expect(rightsOfReport(report, [RESULTS[0]!], '2026-03-02T06:42:00Z')).not.toHaveProperty('chapters');
  });

  test('is told again when none was kept, when the table of families has changed, or when results were read again', () => {
    expect(readBack(null)).toEqual({ 1: ['hiv'], 2: ['sexual-health-of-minor'] });
    const old = JSON.stringify({ version: '2020-01-01', authors: [], prescribers: [], ageYears: 70, families: {} });
    expect(readBack(old)).toEqual({ 1: ['hiv'] });
    const kept = JSON.stringify(rightsOfReport(report, RESULTS, '2026-03-02T06:42:00Z'));
    const reread = [printed(0, 'Mutation facteur V Leiden'), printed(1, 'Potassium'), RESULTS[2]!];
    expect(readBack(kept, true, reread)).toEqual({ 0: ['constitutional-genetics'], 1: ['hiv'] });
  });
});
