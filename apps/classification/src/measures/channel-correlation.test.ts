import fc from 'fast-check';
import { createRng } from 'rpg-core';
import { expect, test } from 'vitest';
import { absoluteCorrelations, sumCorrelations } from './channel-correlation.js';

test('worked by hand: four positions of four channels, one of them constant', () => {
  const sums = sumCorrelations(4);
  // channels (1, 2, 3, 4), (2, 4, 6, 8), (5, 5, 5, 5) and (1, −1, −1, 1)
  sums.add(Float32Array.of(1, 2, 5, 1, 2, 4, 5, -1));
  sums.add(Float32Array.of(3, 6, 5, -1, 4, 8, 5, 1));
  const { pairs, numConstant } = sums.correlations();
  expect(numConstant).toBe(1);
  expect([...pairs].map((r) => r + 0)).toEqual([1, 0, 0]);
});

test('worked by hand: half in common', () => {
  const sums = sumCorrelations(2);
  // (0, 0, 1, 1) and (0, 1, 1, 1): means 1/2 and 3/4; covariance 1/8, variances 1/4 and 3/16
  sums.add(Float32Array.of(0, 0, 0, 1, 1, 1, 1, 1));
  expect(sums.correlations().pairs[0]).toBeCloseTo(1 / 8 / Math.sqrt((1 / 4) * (3 / 16)), 14);
});

test('a channel that hardly varies about a large value, against one that is its negative', () => {
  const sums = sumCorrelations(2);
  const rng = createRng('large');
  const large = 2 ** 14;
  const step = 2 ** -9; // float32 holds 2^14 in steps of 2^-9
  sums.add(
    Float32Array.from(
      Array.from({ length: 1000 }, () => step * rng.below(3)).flatMap((each) => [large + each, large - each]),
    ),
  );
  expect(sums.correlations().pairs[0]).toBeCloseTo(-1, 12);
});

test('as the definition has it, however the positions come; scale and shift change nothing but the sign', () => {
  const maps = fc.record({
    numChannels: fc.integer({ min: 2, max: 5 }),
    positions: fc.integer({ min: 3, max: 20 }),
    cut: fc.nat(20),
    seed: fc.nat(),
  });
  fc.assert(
    fc.property(maps, ({ numChannels, positions, cut, seed }) => {
      const rng = createRng(seed).fork('maps');
      const values = Float32Array.from({ length: positions * numChannels }, () => rng.normal());
      const column = (i: number): number[] => [...values].filter((_, k) => k % numChannels === i);
      const mean = (some: readonly number[]): number => some.reduce((sum, value) => sum + value, 0) / some.length;
      const covariance = (a: readonly number[], b: readonly number[]): number =>
        mean(a.map((value, k) => (value - mean(a)) * (b[k]! - mean(b))));
      const wanted: number[] = [];
      for (let i = 0; i < numChannels; i++) {
        for (let j = 0; j < i; j++) {
          const [a, b] = [column(i), column(j)];
          wanted.push(covariance(a, b) / Math.sqrt(covariance(a, a) * covariance(b, b)));
        }
      }
      const ofParts = (all: Float32Array): Float64Array => {
        const sums = sumCorrelations(numChannels);
        const end = Math.min(positions, cut) * numChannels;
        sums.add(all.subarray(0, end));
        sums.add(all.subarray(end));
        return sums.correlations().pairs;
      };
      expect(ofParts(values)).toHaveLength(wanted.length);
      ofParts(values).forEach((r, pair) => {
        expect(r).toBeCloseTo(wanted[pair]!, 10);
      });
      ofParts(values.map((value, k) => (k % numChannels === 0 ? 4 - 2 * value : value))).forEach((r, pair) => {
        expect(Math.abs(r)).toBeCloseTo(Math.abs(wanted[pair]!), 4); // float32 rounds 4 − 2·value
      });
    }),
    { seed: 1 },
  );
});

test('absolute values: their mean and their histogram', () => {
  const { mean, histogram } = absoluteCorrelations(Float64Array.of(-1, 1, 0.5, -0.1, 0), 4);
  expect(mean).toBeCloseTo(2.6 / 5, 14);
  expect(histogram).toEqual([0.4, 0, 0.2, 0.4]);
});

test('what makes no sense is refused', () => {
  expect(() => {
    sumCorrelations(3).add(new Float32Array(4));
  }).toThrow(new RangeError('add: 4 values are no whole positions of 3 channels.'));
  const sums = sumCorrelations(2);
  sums.add(Float32Array.of(1, 2, 1, 3));
  expect(() => absoluteCorrelations(sums.correlations().pairs, 20)).toThrow(
    new RangeError('Fewer than two channels vary, so that there is no correlation.'),
  );
});
