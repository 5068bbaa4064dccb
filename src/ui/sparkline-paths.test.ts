import { expect, test } from 'vitest';
import { sparklinePaths } from './sparkline-paths.ts';

const frame = { from: 0, to: 100, width: 106, height: 20 };

test('two points make a line, one makes a point, none makes nothing', () => {
  expect(sparklinePaths([], frame)).toEqual({ lines: [] });
  const one = sparklinePaths([{ at: 50, value: 4 }], frame);
  expect(one.lines).toEqual([]);
  expect(one.last).toEqual({ x: 53, y: 10, isCensored: false });
  expect(
    sparklinePaths(
      [
        { at: 0, value: 1 },
        { at: 100, value: 2 },
      ],
      frame,
    ).lines,
  ).toEqual(['M3 17L103 3']);
});

test('a flat series sits at mid-height', () => {
  expect(
    sparklinePaths(
      [
        { at: 0, value: 5 },
        { at: 100, value: 5 },
      ],
      frame,
    ).lines,
  ).toEqual(['M3 10L103 10']);
});

test('the line breaks where values cannot be compared', () => {
  const points = [
    { at: 0, value: 1 },
    { at: 20, value: 2 },
    { at: 40, value: 9, isCut: true },
    { at: 60, value: 8 },
  ];
  expect(sparklinePaths(points, frame).lines).toHaveLength(2);
});

test('points are placed by their time, whatever the order they come in, and those outside the frame are left out', () => {
  const points = [
    { at: 100, value: 2 },
    { at: 0, value: 1 },
    { at: 200, value: 50 },
  ];
  expect(sparklinePaths(points, frame)).toMatchObject({ lines: ['M3 17L103 3'], last: { x: 103, y: 3 } });
});

test('the scale turns logarithmic when the largest is more than twelve times the smallest', () => {
  const middle = (max: number) =>
    sparklinePaths(
      [
        { at: 0, value: 1 },
        { at: 50, value: Math.sqrt(max) },
        { at: 100, value: max },
      ],
      frame,
    ).lines[0];
  expect(middle(100)).toBe('M3 17L53 10L103 3');
  expect(middle(4)).not.toContain('L53 10L');
});

test('an interval with one limit fills to the edge of the picture', () => {
  const points = [
    { at: 0, value: 0 },
    { at: 100, value: 10 },
  ];
  expect(sparklinePaths(points, { ...frame, band: { high: 5 } }).band).toEqual({ y: 10, height: 10 });
  expect(sparklinePaths(points, { ...frame, band: { low: 5 } }).band).toEqual({ y: 0, height: 10 });
  expect(sparklinePaths(points, { ...frame, band: {} }).band).toBeUndefined();
});
