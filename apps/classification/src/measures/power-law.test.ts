import fc from 'fast-check';
import { expect, test } from 'vitest';
import { fitPowerLaw } from './power-law.js';

test('worked by hand: logarithms 0, 1, 2 and 0, 1, 1', () => {
  const law = fitPowerLaw([
    { size: 1, accuracy: 1 },
    { size: Math.E, accuracy: Math.E },
    { size: Math.E ** 2, accuracy: Math.E },
  ])!;
  expect(law.exponent).toBeCloseTo(0.5, 12); // Σ(x − 1)(y − 2/3) / Σ(x − 1)² = 1 / 2
  expect(law.factor).toBeCloseTo(Math.exp(2 / 3 - 0.5), 12);
  expect(law.rSquared).toBeCloseTo(0.75, 12); // 1 − (1/6) / (2/3)
  expect(law.halfWidth).toBeCloseTo(12.706 * Math.sqrt(1 / 6 / 2), 12);
});

test('a law that holds is found', () => {
  const exact = fc.record({
    exponent: fc.double({ min: -1, max: 1, noNaN: true }),
    factor: fc.double({ min: 0.01, max: 10, noNaN: true }),
    sizes: fc.uniqueArray(fc.integer({ min: 10, max: 1e7 }), { minLength: 3, maxLength: 12 }),
  });
  fc.assert(
    fc.property(exact, ({ exponent, factor, sizes }) => {
      const law = fitPowerLaw(sizes.map((size) => ({ size, accuracy: factor * size ** exponent })))!;
      expect(law.exponent).toBeCloseTo(exponent, 6);
      expect(law.factor / factor).toBeCloseTo(1, 4);
      expect(law.halfWidth).toBeGreaterThanOrEqual(0);
    }),
  );
});

test.each([
  { why: 'two points', points: [1, 2] },
  { why: 'thirteen points', points: Array.from({ length: 13 }, (_, i) => i + 1) },
  { why: 'one size', points: [5, 5, 5] },
  { why: 'a size of 0', points: [0, 1, 2] },
])('nothing is fitted to $why', ({ points }) => {
  expect(fitPowerLaw(points.map((size) => ({ size, accuracy: 0.5 })))).toBeUndefined();
});
