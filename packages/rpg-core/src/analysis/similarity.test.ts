import { describe, expect, test } from 'vitest';
import { type GenerationPlan, planRing } from '../ring/generation-plan.js';
import { createRng } from '../ring/rng.js';
import { SlotCollector } from '../weights/slot.js';
import { filterSimilarity, ringUses } from './similarity.js';

function planOf(
  shapes: readonly number[][],
  options: { ringSize: number; reflect?: boolean },
  seed = 'plan',
): GenerationPlan {
  const collector = new SlotCollector();
  shapes.forEach((shape, i) => {
    collector.declare({
      name: `slot${i}`,
      shape,
      role: 'backbone',
      initializer: { kind: 'normal', standardDeviation: 0.1 + i },
    });
  });
  return planRing(collector.slots, options, createRng(seed));
}
const normal = (size: number, mean = 0): Float32Array => {
  const rng = createRng('ring');
  return new Float32Array(size).map(() => mean + rng.normal());
};

test('worked by hand: two slots of two filters of two weights', () => {
  const [first, second] = planOf(
    [
      [2, 2],
      [2, 2],
    ],
    { ringSize: 1 },
  ).slots;
  const plan: GenerationPlan = {
    ringSize: 4,
    numGenerated: 8,
    slots: [
      { slot: first!.slot, offset: 0, scale: 1 },
      { slot: second!.slot, offset: 4, scale: 2 },
    ],
    // first: filters (1, 3) and (2, 4); second, doubled: (−2, 8) and (2, 8)
    signedIndices: Int32Array.of(0, 1, 2, 3, 0 | (1 << 31), 0, 3, 3),
    ringStandardDeviation: 1,
  };
  const [similarity] = filterSimilarity(plan, Float32Array.of(1, 2, 3, 4));
  const cosines = [(-2 + 24) / Math.sqrt(10 * 68), (4 + 32) / Math.sqrt(20 * 68)];
  expect(similarity).toMatchObject({
    filterSize: 2,
    numPairs: 2,
    meanInnerProduct: (22 + 36) / 2,
    expectedSquaredCosine: 0.5,
  });
  expect(similarity!.meanCosine).toBeCloseTo((cosines[0]! + cosines[1]!) / 2, 12);
  expect(similarity!.meanSquaredCosine).toBeCloseTo((cosines[0]! ** 2 + cosines[1]! ** 2) / 2, 12);
});

describe('propositions 1 and 2 (appendix B)', () => {
  test('literally: permutations with signs of one filter', () => {
    // A ring of M elements that feeds one filter of M weights is permuted and reflected, nothing else.
    const size = 64;
    const ring = normal(size);
    const runs = 1500;
    let [sum, squares] = [0, 0];
    for (let i = 0; i < runs; i++) {
      const [a, b] = [0, 1].map((side) => planOf([[size, 1]], { ringSize: size }, `${i}/${side}`).signedIndices);
      const value = (signed: number): number => (signed < 0 ? -1 : 1) * ring[signed & 0x7fff_ffff]!;
      const inner = a!.reduce((total, signed, k) => total + value(signed) * value(b![k]!), 0);
      const cosine = inner / ring.reduce((total, w) => total + w * w, 0);
      sum += cosine;
      squares += cosine * cosine;
    }
    expect(Math.abs(sum / runs)).toBeLessThan(4 / Math.sqrt(size * runs));
    expect(Math.abs(squares / runs - 1 / size)).toBeLessThan((4 * Math.sqrt(2 / runs)) / size);
  });

  test.each([{ ringSize: 300 }, { ringSize: 5000 }, { ringSize: 70_000 }])(
    'between the layers of a network on a ring of $ringSize',
    (options) => {
      const shapes = [
        [3, 3, 8, 64],
        [3, 3, 8, 64],
        [3, 3, 8, 96],
        [3, 3, 16, 64],
        [3, 3, 16, 128],
        [1, 1, 32, 100],
      ];
      const plan = planOf(shapes, options);
      const [small, large, ...rest] = filterSimilarity(plan, normal(options.ringSize, 0.5));
      expect(rest).toHaveLength(0); // 32 weights a filter: one slot alone
      expect([small!.filterSize, large!.filterSize]).toEqual([72, 144]);
      expect([small!.numPairs, large!.numPairs]).toEqual([3 * 64, 64]);
      for (const { meanCosine, meanSquaredCosine, expectedSquaredCosine, standardErrors } of [small!, large!]) {
        expect(Math.abs(meanCosine)).toBeLessThan(4 * standardErrors.cosine);
        expect(Math.abs(meanSquaredCosine - expectedSquaredCosine)).toBeLessThan(4 * standardErrors.squaredCosine);
      }
    },
  );

  test('without signs, filters of a ring whose mean is not 0 are alike', () => {
    const plan = planOf(
      [
        [9, 40],
        [9, 40],
      ],
      { ringSize: 200, reflect: false },
    );
    expect(filterSimilarity(plan, normal(200, 1))[0]!.meanCosine).toBeGreaterThan(0.3);
  });
});

test('filters of zeros are left out', () => {
  expect(
    filterSimilarity(
      planOf(
        [
          [4, 2],
          [4, 2],
        ],
        { ringSize: 3 },
      ),
      new Float32Array(3),
    )[0]!.numPairs,
  ).toBe(0);
});

describe('uses', () => {
  test('of an evenly drawn ring differ by at most one', () => {
    const uses = ringUses(planOf([[10], [7]], { ringSize: 5 }));
    expect(uses).toEqual({
      fewest: 3,
      most: 4,
      mean: 3.4,
      elementsByUses: new Map([
        [3, 3],
        [4, 2],
      ]),
    });
  });
});
