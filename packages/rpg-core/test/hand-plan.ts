// A plan small enough to follow by hand.
import type { GenerationPlan } from '../src/ring/generation-plan.js';
import { type Slot, SlotCollector } from '../src/weights/slot.js';

/** Backbone slots `layer0`, `layer1`, … with the standard deviations 0.5, 1, … */
export const slotsOf = (...shapes: number[][]): readonly Slot[] => {
  const collector = new SlotCollector();
  shapes.forEach((shape, i) =>
    collector.declare({
      name: `layer${i}`,
      shape,
      role: 'backbone',
      initializer: { kind: 'normal', standardDeviation: 0.5 * (i + 1) },
    }),
  );
  return collector.slots;
};

/** Two slots of 2 and 3 weights from a ring of 2, written out by hand. */
export const handPlan = (): GenerationPlan => {
  const [first, second] = slotsOf([2], [1, 3]);
  return {
    ringSize: 2,
    numGenerated: 5,
    slots: [
      { slot: first!, offset: 0, scale: 2 },
      { slot: second!, offset: 2, scale: 0.5 },
    ],
    signedIndices: Int32Array.of(1, 0 | (1 << 31), 1 | (1 << 31), 1, 0),
    ringStandardDeviation: 1,
  };
};
