import '@tensorflow/tfjs';
import * as tf from '@tensorflow/tfjs-core';
import fc from 'fast-check';
import { beforeAll, expect, test } from 'vitest';
import { createRng } from '../ring/rng.js';
import { backboneSize } from './backbone-size.js';
import { type Slot, SlotCollector } from './slot.js';
import { createWeightSource, type WeightSourceConfig } from './weight-source.js';

beforeAll(async () => {
  await tf.setBackend('cpu');
});

/** `a/0`, `b/1`, … with these shapes, and a norm that counts for neither number. */
function slotsOf(shapes: readonly (readonly number[])[]): readonly Slot[] {
  const collector = new SlotCollector();
  const initializer = { kind: 'normal', standardDeviation: 1 } as const;
  shapes.forEach((shape, i) => {
    collector.declare({ name: `${'ab'[i % 2]!}/${i}`, shape, role: 'backbone', initializer });
  });
  collector.declare({ name: 'norm', shape: [5], role: 'norm', initializer });
  return collector.slots;
}
const partOf = (slot: Slot): string => slot.name[0]!;

test('worked by hand', () => {
  const slots = slotsOf([[2, 3], [4], [2, 3], [2]]); // 6 + 4 + 6 + 2
  expect(backboneSize(slots, { kind: 'independent' })).toEqual({ ringSize: 18, numGenerated: 18 });
  expect(backboneSize(slots, { kind: 'ring', ringSize: 0.5 })).toEqual({ ringSize: 9, numGenerated: 18 });
  // a: [2, 3] twice; b: [4] and [2]
  expect(backboneSize(slots, { kind: 'shared', keyOf: partOf })).toEqual({ ringSize: 12, numGenerated: 18 });
});

test('is what a source has', () => {
  const config: fc.Arbitrary<WeightSourceConfig> = fc.oneof(
    fc.constant({ kind: 'independent' } as const),
    fc.constant({ kind: 'shared', keyOf: partOf } as const),
    fc
      .record({ ringSize: fc.double({ min: 0.3, max: 1, noNaN: true }), isLocal: fc.boolean() })
      .map(({ ringSize, isLocal }) => ({ kind: 'ring', ringSize, ...(isLocal ? { ringOf: partOf } : {}) }) as const),
  );
  const shapes = fc.array(fc.array(fc.integer({ min: 1, max: 4 }), { minLength: 1, maxLength: 3 }), {
    minLength: 3,
    maxLength: 6,
  });
  fc.assert(
    fc.property(shapes, config, (sizes, weights) => {
      const slots = slotsOf(sizes);
      const source = createWeightSource(slots, weights, createRng(1));
      const { ringSize, numGenerated } = source;
      source.dispose();
      expect(backboneSize(slots, weights)).toEqual({ ringSize, numGenerated });
    }),
    { numRuns: 100 },
  );
});

test('a ring that does not fit is refused', () => {
  expect(() => backboneSize(slotsOf([[4]]), { kind: 'ring', ringSize: 5 })).toThrow(
    'Ring size is 5, expected a share above 0',
  );
});
