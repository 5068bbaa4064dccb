import { describe, expect, test } from 'vitest';
import { chemistryReport } from '../../../test/support/lab-report.ts';
import type { LabReport, Result } from '../lab-report.ts';
import { readLabReport } from '../read-lab-report.ts';
import { preparedReport, writeCda } from './write.ts';
import { validateCda } from './validate.ts';

const options = { pdf: 'JVBERi0xLjQK' };

/** A report as another format may give it: no title of its own, validators without address, no set, a provisional uncoded result. */
function bareReport(): LabReport {
  const { setId: _, realm: __, language: ___, ...report } = chemistryReport(1);
  const results: Result[] = [
    {
      kind: 'result',
      code: { display: 'Aspect', translations: [{ code: 'ASP', display: 'Aspect', system: '1.2.3' }] },
      status: 'active',
      at: '20250314',
    },
    { kind: 'result', code: { code: '14749-6', system: '2.16.840.1.113883.6.1' }, status: 'completed', at: '20250314' },
  ];
  return {
    ...report,
    code: {},
    title: '',
    validators: report.validators.map(({ ids, time, name }) => ({ ids, ...(time && { time }), ...(name && { name }) })),
    sections: report.sections.map((section) => ({ ...section, entries: [{ status: 'active', items: results }] })),
  };
}

describe('a report that lacks what the French model wants', () => {
  const written = Buffer.from(writeCda(bareReport(), options));

  test('is completed with what can be said without inventing, and keeps every rule', () => {
    expect(validateCda(written)).toEqual([]);
  });

  test('is read again as it was completed', () => {
    expect(readLabReport(written)).toEqual(preparedReport(bareReport(), options));
  });

  test('says that an address is not available, not that there is none', () => {
    expect(readLabReport(written).validators[0]).toMatchObject({ address: { nullFlavor: 'NAV' }, telecoms: [{ nullFlavor: 'NAV' }] });
  });
});
