import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { generateReference, type GenerationPlan, planRing } from '../ring/generation-plan.js';
import { createRng } from '../ring/rng.js';
import { SlotCollector } from '../weights/slot.js';
import { projectOntoRing } from './projection.js';

/** Slots of the given sizes and deviations on a ring. */
function planOf(ringSize: number, slots: readonly { size: number; deviation: number }[], seed: number): GenerationPlan {
  const collector = new SlotCollector();
  slots.forEach(({ size, deviation }, i) => {
    collector.declare({
      name: `slot${i}`,
      shape: [size],
      role: 'backbone',
      initializer: { kind: 'normal', standardDeviation: deviation },
    });
  });
  return planRing(collector.slots, { ringSize }, createRng(seed));
}

test('worked by hand: the mean of signed, unscaled copies, weighted by the squared scale', () => {
  const [first, second] = planOf(
    1,
    [
      { size: 2, deviation: 1 },
      { size: 1, deviation: 1 },
    ],
    1,
  ).slots;
  const plan: GenerationPlan = {
    ringSize: 3,
    numGenerated: 3,
    slots: [
      { slot: first!.slot, offset: 0, scale: 2 },
      { slot: second!.slot, offset: 2, scale: 1 },
    ],
    signedIndices: Int32Array.of(0, 1, 0 | (1 << 31)),
    ringStandardDeviation: 1,
  };
  // element 0: (2·3 − 1·4) / (4 + 1); element 1: 2·5 / 4; element 2 is never used
  const { ring, relativeError } = projectOntoRing(plan, Float32Array.of(3, 5, 4));
  expect([...ring]).toEqual([Math.fround(0.4), 2.5, 0]);
  // 3 − 2·0.4 = 2.2, 5 − 5 = 0, 4 + 0.4 = 4.4
  expect(relativeError).toBeCloseTo(Math.hypot(2.2, 4.4) / Math.hypot(3, 5, 4), 6);
});

describe('for any plan', () => {
  const plans = fc
    .record({
      slots: fc.array(fc.record({ size: fc.integer({ min: 1, max: 12 }), deviation: fc.constantFrom(0.1, 1, 3) }), {
        minLength: 1,
        maxLength: 4,
      }),
      share: fc.double({ min: 0.05, max: 1, noNaN: true }),
      seed: fc.nat(1000),
    })
    .map(({ slots, share, seed }) => {
      const numGenerated = slots.reduce((sum, { size }) => sum + size, 0);
      return { plan: planOf(Math.max(1, Math.round(share * numGenerated)), slots, seed), seed };
    });
  const normal = (size: number, seed: number): Float32Array => {
    const rng = createRng(seed);
    return new Float32Array(size).map(() => rng.normal());
  };
  const missed = (plan: GenerationPlan, ring: Float32Array, weights: Float32Array): number =>
    generateReference(plan, ring).reduce((sum, value, j) => sum + (value - weights[j]!) ** 2, 0);

  test('no other ring is nearer', () => {
    fc.assert(
      fc.property(plans, ({ plan, seed }) => {
        const weights = normal(plan.numGenerated, seed);
        const { ring } = projectOntoRing(plan, weights);
        const best = missed(plan, ring, weights);
        const other = normal(plan.ringSize, seed + 1);
        for (const step of [0.01, 0.3]) {
          expect(
            missed(
              plan,
              ring.map((value, n) => value + step * other[n]!),
              weights,
            ),
          ).toBeGreaterThanOrEqual(best - 1e-6);
        }
      }),
      { numRuns: 200, seed: 1 },
    );
  });

  test('weights that came from a ring give it back', () => {
    fc.assert(
      fc.property(plans, ({ plan, seed }) => {
        const ring = normal(plan.ringSize, seed);
        const projection = projectOntoRing(plan, generateReference(plan, ring));
        projection.ring.forEach((value, n) => {
          expect(value).toBeCloseTo(ring[n]!, 4);
        });
        expect(projection.relativeError).toBeLessThan(1e-5);
      }),
      { numRuns: 200, seed: 2 },
    );
  });
});

test('weights without structure keep the share N/M of their energy', () => {
  const plan = planOf(
    2000,
    [
      { size: 4000, deviation: 1 },
      { size: 6000, deviation: 1 },
    ],
    3,
  );
  const rng = createRng(4);
  const { relativeError } = projectOntoRing(
    plan,
    new Float32Array(10_000).map(() => rng.normal()),
  );
  expect(relativeError).toBeCloseTo(Math.sqrt(1 - 0.2), 2);
});

test('another number of weights is refused', () => {
  expect(() => projectOntoRing(planOf(1, [{ size: 2, deviation: 1 }], 1), new Float32Array(3))).toThrow(
    new RangeError('There are 3 weights, expected 2 as planned.'),
  );
});
