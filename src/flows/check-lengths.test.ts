import { expect, test } from 'vitest';
import { JEANNE, reportOf } from '../../test/support/reports.ts';
import type { LabReport } from '#formats';
import { checkLengths } from './check-lengths.ts';

const long = 'AB'.repeat(5_000);
const identifier = { root: '1.2.3', extension: long };
const refusedAt = (at: string) => expect.objectContaining({ code: 'report.hostile', at: `ClinicalDocument/${at}` });

test.each<[string, Partial<LabReport>]>([
  ['id', { id: identifier }],
  ['id', { setId: identifier }],
  ['relatedDocument', { replaces: [identifier] }],
  ['relatedDocument', { replaces: Array.from({ length: 101 }, () => ({ root: '1.2' })) }],
  ['custodian//id', { custodian: { ids: [identifier] } }],
  ['custodian//name', { custodian: { ids: [], name: long } }],
  ['recordTarget//id', { patient: { ...JEANNE, ids: [identifier] } }],
  ['recordTarget//patient', { patient: { ...JEANNE, birthFamily: long } }],
  ['recordTarget//patient', { patient: { ...JEANNE, birthPlace: { label: long } } }],
])('what no database can hold as a key is refused at %s', (at, wrong) => {
  expect(() => checkLengths({ ...reportOf(1), ...wrong })).toThrow(refusedAt(at));
});

test('a true report is of any length but those', () => {
  expect(() => checkLengths(reportOf(1))).not.toThrow();
});
