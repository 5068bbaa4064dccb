import { expect, test } from 'vitest';
import { nextStep, VISIT_STEPS } from './visit-steps.ts';

const at = (path: string, search = {}) => ({ path, search, hasSeenArrival: false });

test('the visit goes forward when the reader has done what was pointed at', () => {
  expect(nextStep(0, at('/patients'), 'p1')).toBe(0);
  expect(nextStep(0, at('/patients/p1/biology'), 'p1')).toBe(1);
  expect(nextStep(0, at('/patients/p2/biology'), 'p1')).toBe(0);
  expect(nextStep(1, at('/patients/p1/biology', { view: 'curve' }), 'p1')).toBe(2);
  expect(nextStep(2, at('/patients/p1/biology', { view: 'report', report: 'd1' }), 'p1')).toBe(3);
  expect(nextStep(3, at('/patients/p1/accesses'), 'p1')).toBe(4);
  expect(nextStep(4, { ...at('/patients/p1/biology'), hasSeenArrival: true }, 'p1')).toBe(5);
});

test('going back does not undo a step, and nothing follows the last', () => {
  expect(nextStep(2, at('/patients'), 'p1')).toBe(2);
  expect(nextStep(VISIT_STEPS.length, at('/patients'), 'p1')).toBe(VISIT_STEPS.length);
});
