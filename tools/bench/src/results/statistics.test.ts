import fc from 'fast-check';
import { expect, test } from 'vitest';
import { interquartileRange, medianRatio, quantile, spreadOf } from './statistics.js';

test('figures of five values worked by hand', () => {
  const spread = spreadOf([5, 1, 4, 2, 3]);
  expect(spread).toEqual({ median: 3, min: 1, max: 5, lowerQuartile: 2, upperQuartile: 4 });
  expect(interquartileRange(spread)).toBe(2);
});

test('an even number of values has its median between the middle two', () => {
  expect(quantile([1, 2, 3, 10], 0.5)).toBe(2.5);
  expect(quantile([1, 2, 3, 10], 0.25)).toBe(1.75);
  expect(quantile([7], 0.75)).toBe(7);
});

test('the ratio is taken pair by pair, so that a slow stretch of the machine cancels', () => {
  expect(medianRatio([2, 20, 2], [1, 10, 1])).toBe(2);
  expect(medianRatio([3, 2, 8], [1, 2, 2])).toBe(3);
});

test('quantiles rise with the share and stay within the values, in any order', () => {
  const value = fc.double({ min: -1e6, max: 1e6, noNaN: true });
  fc.assert(
    fc.property(fc.array(value, { minLength: 1 }), fc.double({ min: 0, max: 1, noNaN: true }), (values, q) => {
      const found = quantile(values, q);
      expect(found).toBeGreaterThanOrEqual(Math.min(...values) - 1e-6);
      expect(found).toBeLessThanOrEqual(Math.max(...values) + 1e-6);
      expect(quantile(values.toReversed(), q)).toBe(found);
      expect(quantile(values, Math.min(1, q + 0.1))).toBeGreaterThanOrEqual(found - 1e-6);
    }),
  );
});

test('what cannot be boiled down is refused', () => {
  expect(() => quantile([], 0.5)).toThrow('A quantile needs at least one value, got none.');
  expect(() => quantile([1], 1.5)).toThrow('The share of a quantile is 1.5, expected 0 to 1.');
  expect(() => medianRatio([1, 2], [1])).toThrow('Pairwise ratios need lists of one length, got 2 and 1 values.');
});
