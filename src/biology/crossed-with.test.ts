import { describe, expect, test } from 'vitest';
import { crossedWith } from './crossed-with.ts';

const view = (id: string, ...rows: string[]) => ({ id, label: id, labelEn: id, rows });
const VIEWS = [
  view('kidney', 'creatinine', 'urea', 'potassium', 'sodium'),
  view('heart', 'nt-probnp', 'potassium', 'creatinine'),
  view('diabetes', 'glucose', 'creatinine'),
];
const ALL = new Set(['creatinine', 'urea', 'potassium', 'sodium', 'nt-probnp', 'glucose', 'tsh']);

describe('what is crossed with an analyte', () => {
  test('is what stands beside it in most views: creatinine first beside potassium', () => {
    expect(crossedWith(['potassium'], ALL, VIEWS, 2)).toEqual(['creatinine', 'urea']);
  });

  test('is never what the patient has not, nor what is crossed already, nor what no view puts beside it', () => {
    expect(crossedWith(['potassium'], new Set(['sodium', 'tsh']), VIEWS, 5)).toEqual(['sodium']);
    expect(crossedWith(['potassium', 'creatinine'], ALL, VIEWS, 9)).not.toContain('creatinine');
    expect(crossedWith(['tsh'], ALL, VIEWS, 3)).toEqual([]);
  });
});
