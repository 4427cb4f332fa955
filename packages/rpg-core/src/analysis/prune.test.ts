import '@tensorflow/tfjs';
import * as tf from '@tensorflow/tfjs-core';
import fc from 'fast-check';
import { beforeAll, expect, test } from 'vitest';
import type { GenerationPlan } from '../ring/generation-plan.js';
import { createRng } from '../ring/rng.js';
import { SlotCollector } from '../weights/slot.js';
import { createWeightSource, type WeightSource } from '../weights/weight-source.js';
import { countPruned, maskFilters, pruneFilters } from './prune.js';

beforeAll(async () => {
  await tf.setBackend('cpu');
});

function sourceOf(shapes: readonly number[][], ringSize: number): WeightSource {
  const collector = new SlotCollector();
  shapes.forEach((shape, i) => {
    collector.declare({
      name: `slot${i}`,
      shape,
      role: 'backbone',
      initializer: { kind: 'normal', standardDeviation: 1 },
    });
  });
  return createWeightSource(collector.slots, { kind: 'ring', ringSize }, createRng('prune'));
}
const planOf = (source: WeightSource): GenerationPlan => source.plans.get('ring')!;
const ringOf = (source: WeightSource): Float32Array => Float32Array.from(source.trainables.get('ring')!.dataSync());

test('worked by hand: the weakest filters go, and what goes with them', () => {
  const source = sourceOf(
    [
      [2, 4],
      [1, 3],
    ],
    4,
  );
  const { slots } = planOf(source);
  const plan: GenerationPlan = {
    ringSize: 4,
    numGenerated: 11,
    slots: [
      { slot: slots[0]!.slot, offset: 0, scale: 1 },
      { slot: slots[1]!.slot, offset: 8, scale: 1 },
    ],
    // filters (3, 1), (−1, 1), (9, −3), (1, 1): norms 4, 2, 12, 2; then 3, −9, 1
    signedIndices: Int32Array.of(1, 0 | (1 << 31), 2, 0, 0, 0, 1 | (1 << 31), 0, 1, 2 | (1 << 31), 0),
    ringStandardDeviation: 1,
  };
  const pruning = pruneFilters(plan, Float32Array.of(1, 3, 9, 27), {
    share: 0.5,
    outputPositions: (slot) => (slot.name === 'slot0' ? 10 : 1),
  });
  expect([...pruning.masks].map(([name, mask]) => [name, [...mask]])).toEqual([
    ['slot0', [1, 0, 1, 0]],
    ['slot1', [1, 1, 0]], // half of 3 rounds down to 1
  ]);
  expect(pruning.filters).toEqual({ before: 7, after: 4 });
  expect(pruning.weights).toEqual({ before: 11, after: 6 });
  expect(pruning.multiplyAdds).toEqual({ before: 83, after: 42 });
  expect(pruning.ringElements).toEqual({ before: 3, after: 3 });

  // Of the first slot the filter of elements 2 and 1 is kept, of the second that of element 2.
  const own = new Map([
    ['slot0', Uint8Array.of(0, 0, 1, 0)],
    ['slot1', Uint8Array.of(0, 1, 0)],
  ]);
  expect(countPruned(plan, own)).toEqual({
    filters: { before: 7, after: 2 },
    weights: { before: 11, after: 3 },
    multiplyAdds: { before: 11, after: 3 },
    ringElements: { before: 3, after: 2 },
  });
  expect(countPruned(plan, new Map()).weights).toEqual({ before: 11, after: 11 });
});

test('any share: that many filters go, none of them stronger than one that stays', () => {
  const source = sourceOf(
    [
      [3, 3, 2, 8],
      [5, 7],
    ],
    40,
  );
  const [plan, ring] = [planOf(source), ringOf(source)];
  fc.assert(
    fc.property(fc.double({ min: 0, max: 0.999, noNaN: true }), (share) => {
      const { masks, weights, ringElements } = pruneFilters(plan, ring, { share });
      expect(masks.get('slot0')!.filter((kept) => kept === 0).length).toBe(Math.floor(share * 8));
      expect(masks.get('slot1')!.filter((kept) => kept === 0).length).toBe(Math.floor(share * 7));
      expect(weights.after).toBeGreaterThan(0);
      expect(ringElements.after).toBeLessThanOrEqual(ringElements.before);
    }),
    { numRuns: 100, seed: 1 },
  );
  const generated = source.generate();
  const { masks } = pruneFilters(plan, ring, { share: 0.4 });
  for (const slot of source.slots) {
    const norms = [...tf.sum(tf.abs(tf.reshape(generated.get(slot), [-1, slot.shape.at(-1)!])), 0).dataSync()];
    const [kept, dropped] = [1, 0].map((state) => norms.filter((_, i) => masks.get(slot.name)![i] === state));
    expect(Math.min(...kept!)).toBeGreaterThanOrEqual(Math.max(...dropped!));
  }
});

test('0.3 of all filters saves three tenths of the operations, as table 7 counts them', () => {
  const source = sourceOf(
    [
      [3, 3, 4, 20],
      [3, 3, 20, 40],
    ],
    900,
  );
  const { weights, multiplyAdds } = pruneFilters(planOf(source), ringOf(source), {
    share: 0.3,
    outputPositions: (slot) => (slot.name === 'slot0' ? 1024 : 256),
  });
  expect(weights.after / weights.before).toBeCloseTo(0.7, 10);
  expect(multiplyAdds.after / multiplyAdds.before).toBeCloseTo(0.7, 10);
});

test('masked weights are zero where filters were dropped, the same elsewhere, and leave nothing behind', () => {
  const source = sourceOf(
    [
      [2, 2, 3, 5],
      [4, 6],
    ],
    30,
  );
  const pruning = pruneFilters(planOf(source), ringOf(source), { share: 0.5 });
  source.generate().dispose(); // makes the index tables
  const before = tf.memory().numTensors;
  const weights = source.generate();
  const masked = maskFilters(weights, { masks: new Map([['slot0', pruning.masks.get('slot0')!]]) });
  const [first, second] = source.slots;
  const [whole, part] = [weights, masked].map((each) => [...each.get(first!).dataSync()]);
  part!.forEach((value, i) => {
    expect(Math.abs(value)).toBe(pruning.masks.get('slot0')![i % 5] === 1 ? Math.abs(whole![i]!) : 0);
  });
  expect(masked.get(first!)).toBe(masked.get(first!));
  const mask = tf.tensor1d([...pruning.masks.get('slot0')!]);
  const byTensor = maskFilters(weights, { masks: new Map([['slot0', mask]]) });
  expect([...byTensor.get(first!).dataSync()]).toEqual(part);
  byTensor.dispose();
  mask.dispose();
  expect(masked.get(second!)).toBe(weights.get(second!));
  expect(() => masked.statistic(first!)).toThrow("Slot 'slot0' holds no statistics of this source.");
  masked.dispose();
  weights.dispose();
  expect(tf.memory().numTensors).toBe(before);
});

test.each([-0.1, 1, Number.NaN])('a share of %d is refused', (share) => {
  const source = sourceOf([[2, 2]], 1);
  expect(() => pruneFilters(planOf(source), ringOf(source), { share })).toThrow(
    new RangeError(`pruneFilters: share is ${share}, expected from 0 to below 1.`),
  );
});
