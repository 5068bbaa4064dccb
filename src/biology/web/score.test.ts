import { expect, test } from 'vitest';
import { heatStep } from './score.ts';

test.each([
  [-9, 0],
  [-1.96, 3],
  [-1.5, 4],
  [0, 5],
  [1.5, 6],
  [1.96, 7],
  [9, 10],
])('a score of %d stands at step %d of the palette: pale inside the interval, darker outside', (score, step) => {
  expect(heatStep(score)).toBe(step);
});
