import { expect, test } from 'vitest';
import { readPatientSearch } from './patient-page.ts';

test('an address opens the view it holds, and what is not understood is dropped', () => {
  expect(readPatientSearch({ view: 'curve', rows: ['hba1c.blood', 'glucose.serum'], period: '2y', result: '3' })).toEqual({
    view: 'curve',
    rows: ['hba1c.blood', 'glucose.serum'],
    period: '2y',
    result: 3,
  });
  expect(readPatientSearch({ rows: 'hba1c.blood' })).toEqual({ rows: ['hba1c.blood'] });
  expect(readPatientSearch({ view: '', rows: [], result: '-1', period: ['1y', '2y'], other: 'x' })).toEqual({});
  expect(readPatientSearch({ result: 'NaN' })).toEqual({});
});
