import { expect, test } from 'vitest';
import { handPlan, slotsOf } from '../../test/hand-plan.js';
import { SlotCollector } from '../weights/slot.js';
import { generateReference, gradientReference, planRing, planSharing } from './generation-plan.js';
import { createRng } from './rng.js';

test('scales give each slot its own standard deviation, and are 1 on average', () => {
  const plan = planRing(slotsOf([40], [60]), { ringSize: 50 }, createRng(1)); // deviations 0.5 and 1
  expect(plan.ringStandardDeviation).toBeCloseTo(Math.sqrt(0.4 * 0.25 + 0.6), 12);
  plan.slots.forEach(({ scale }, i) => {
    expect(scale * plan.ringStandardDeviation).toBeCloseTo(0.5 * (i + 1), 6);
  });
});

test('a chosen deviation of W moves scales alone: what is drawn and what it generates at first stay alike', () => {
  const slots = slotsOf([40], [60]);
  const usual = planRing(slots, { ringSize: 50 }, createRng(1));
  const chosen = planRing(slots, { ringSize: 50, ringStandardDeviation: 0.25 }, createRng(1));
  expect(chosen.ringStandardDeviation).toBe(0.25);
  expect(chosen.slots.map(({ scale }) => scale)).toEqual([2, 4]); // deviations 0.5 and 1
  expect(chosen.signedIndices).toEqual(usual.signedIndices);
  expect(chosen.origin).toEqual(usual.origin);
  for (const ringStandardDeviation of [0, -1, NaN, Infinity]) {
    expect(() => planRing(slots, { ringSize: 50, ringStandardDeviation }, createRng(1))).toThrow(
      new RangeError(`The ring's standard deviation is ${ringStandardDeviation}, expected a number above 0.`),
    );
  }
});

test('sharing gives slots of the same key the same weights', () => {
  const plan = planSharing(slotsOf([2], [3], [2]), (slot) => (slot.name === 'layer1' ? 'b' : 'a'));
  expect(plan.ringSize).toBe(5);
  expect([...plan.signedIndices]).toEqual([0, 1, 2, 3, 4, 0, 1]);
});

test('slots of one key but different shapes are different weights', () => {
  expect(planSharing(slotsOf([2], [1, 2]), () => 'same').ringSize).toBe(4);
});

test('refuses slots without a normal start, and models without slots', () => {
  const collector = new SlotCollector();
  collector.declare({ name: 'zeros', shape: [2], role: 'backbone', initializer: { kind: 'constant', value: 0 } });
  expect(() => planRing(collector.slots, { ringSize: 1 }, createRng(1))).toThrow(
    "Slot 'zeros' starts as constant; a ring can only feed slots with a normal initializer of positive standard " +
      'deviation. Give it one, or a role that keeps it independent.',
  );
  expect(() => planRing([], { ringSize: 1 }, createRng(1))).toThrow(
    'A ring needs at least one slot to feed; the model declared none.',
  );
});

test('plain arithmetic: K = scale · sign ⊙ W[index], and its gradient, worked by hand', () => {
  expect([...generateReference(handPlan(), Float32Array.of(3, 5))]).toEqual([10, -6, -2.5, 2.5, 1.5]);
  // element 0: −2·10 + 0.5·10000; element 1: 2·1 − 0.5·100 + 0.5·1000
  expect([...gradientReference(handPlan(), Float32Array.of(1, 10, 100, 1000, 10000))]).toEqual([4980, 452]);
  expect(() => generateReference(handPlan(), new Float32Array(3))).toThrow(
    'The ring has 3 elements, expected 2 as planned.',
  );
});
