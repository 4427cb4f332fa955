import { expect, test } from 'vitest';
import { SIDE } from '../pixels.js';
import { gaussianBlur, motionBlur, placeInside, softDisk, weightedSum } from './filters.js';

/** A field of 0 with a 1 at (x, y). */
function point(x: number, y: number): Float64Array {
  const field = new Float64Array(SIDE * SIDE);
  field[SIDE * y + x] = 1;
  return field;
}

test.each([
  { border: 'nearest', places: [0, 0, 0, 31, 31, 31] },
  { border: 'mirror', places: [3, 1, 0, 31, 30, 28] },
  { border: 'symmetric', places: [2, 0, 0, 31, 31, 29] },
] as const)('$border: what stands for places -3, -1, 0, 31, 32 and 34', ({ border, places }) => {
  expect([-3, -1, 0, 31, 32, 34].map((at) => placeInside(at, border))).toEqual(places);
});

test('far outside the mirror images go on', () => {
  expect(placeInside(62 + 5, 'mirror')).toBe(5);
  expect(placeInside(-64 + 5, 'symmetric')).toBe(5);
});

test('a tap looks to the right and down; channels stay apart', () => {
  const field = new Float64Array(3 * SIDE * SIDE);
  field[3 * (SIDE * 5 + 7) + 1] = 1; // green of (7, 5)
  const moved = weightedSum(field, [{ columns: 2, rows: 1, weight: 0.5 }], 'nearest');
  expect([...moved.entries()].filter(([, value]) => value !== 0)).toEqual([[3 * (SIDE * 4 + 5) + 1, 0.5]]);
});

test('Gaussian by hand: deviation 1, cut after one', () => {
  const side = Math.exp(-0.5);
  const blurred = gaussianBlur(point(10, 10), { sigma: 1, truncate: 1, border: 'nearest' });
  const total = 1 + 2 * side;
  expect(blurred[SIDE * 10 + 10]).toBeCloseTo(1 / total ** 2, 12);
  expect(blurred[SIDE * 9 + 10]).toBeCloseTo(side / total ** 2, 12);
  expect(blurred[SIDE * 9 + 11]).toBeCloseTo(side ** 2 / total ** 2, 12);
  expect(blurred[SIDE * 8 + 10]).toBe(0);
});

test('motion to the right: a point leaves a trail to its left that falls like a Gaussian', () => {
  const blurred = motionBlur(point(20, 4), { radius: 2, sigma: 1, angle: 0 });
  const weights = [0, 1, 2, 3, 4].map((length) => Math.exp(-0.5 * length ** 2));
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  weights.forEach((weight, length) => {
    expect(blurred[SIDE * 4 + 20 - length]).toBeCloseTo(weight / total, 12);
  });
  expect(blurred.reduce((sum, value) => sum + value, 0)).toBeCloseTo(1, 12);
});

test('disks by hand: a point, softened; a cross; nine pixels', () => {
  const half = softDisk(0.5, 1);
  const [side, total] = [Math.exp(-0.5), 1 + 2 * Math.exp(-0.5)];
  expect(half).toHaveLength(9);
  expect(half.find(({ columns, rows }) => columns === 1 && rows === -1)?.weight).toBeCloseTo((side / total) ** 2, 12);
  const hard = (radius: number) => softDisk(radius, 0.01).filter(({ weight }) => weight > 1e-9);
  expect(hard(1).map(({ columns, rows, weight }) => [columns, rows, weight])).toEqual(
    [
      [0, -1],
      [-1, 0],
      [0, 0],
      [1, 0],
      [0, 1],
    ].map(([columns, rows]) => [columns, rows, 0.2]),
  );
  expect(hard(1.5)).toHaveLength(9);
});
