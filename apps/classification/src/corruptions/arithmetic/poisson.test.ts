import fc from 'fast-check';
import { createRng } from 'rpg-core';
import { expect, test } from 'vitest';
import { drawCount, poissonCumulated } from './poisson.js';

test('probabilities by hand: mean 0 and 1', () => {
  expect(poissonCumulated(0)[0]).toBe(1);
  const [none, one, two] = poissonCumulated(1);
  expect(none).toBeCloseTo(1 / Math.E, 12);
  expect(one).toBeCloseTo(2 / Math.E, 12);
  expect(two).toBeCloseTo(2.5 / Math.E, 12);
});

test('all probabilities together are 1, up to the largest mean in use', () => {
  fc.assert(
    fc.property(fc.double({ min: 0, max: 500, noNaN: true }), (mean) => {
      expect(poissonCumulated(mean).at(-1)).toBeCloseTo(1, 9);
    }),
  );
});

test('the count is the first whose cumulated probability exceeds the number drawn', () => {
  const table = Float64Array.of(0.25, 0.5, 0.75, 0.9999);
  const counts = [0, 0.2499, 0.25, 0.6, 0.99999].map((drawn) => drawCount(table, { uniform: () => drawn }));
  expect(counts).toEqual([0, 0, 1, 2, 3]);
});

test('mean and variance of draws are the mean', () => {
  const table = poissonCumulated(50);
  const rng = createRng(1).fork('poisson');
  const counts = Array.from({ length: 20_000 }, () => drawCount(table, rng));
  const mean = counts.reduce((sum, count) => sum + count, 0) / counts.length;
  const variance = counts.reduce((sum, count) => sum + (count - mean) ** 2, 0) / counts.length;
  expect(mean).toBeCloseTo(50, 0);
  expect(Math.abs(variance - 50)).toBeLessThan(2);
});
