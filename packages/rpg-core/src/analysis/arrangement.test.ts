import '@tensorflow/tfjs';
import * as tf from '@tensorflow/tfjs-core';
import fc from 'fast-check';
import { beforeAll, describe, expect, test } from 'vitest';
import { smallSlots, smallSource, valuesOf } from '../../test/small-models.js';
import { type GenerationPlan, planRing, planSharing } from '../ring/generation-plan.js';
import { countUses, INDEX_MASK, type Sampling } from '../ring/index-array.js';
import { createRng } from '../ring/rng.js';
import { SlotCollector } from '../weights/slot.js';
import { guessPlan, rearrange, redrawPlan } from './arrangement.js';

beforeAll(async () => {
  await tf.setBackend('cpu');
});

function planOf(
  numGenerated: number,
  options: { ringSize: number; sampling?: Sampling; reflect?: boolean },
): GenerationPlan {
  const slots = new SlotCollector();
  const initializer = { kind: 'normal', standardDeviation: 0.1 } as const;
  slots.declare({ name: 'all', shape: [numGenerated], role: 'backbone', initializer });
  return planRing(slots.slots, { ...options, ringStandardDeviation: 0.3 }, createRng('true'));
}
const indicesOf = ({ signedIndices }: GenerationPlan): number[] => [...signedIndices].map((each) => each & INDEX_MASK);
const signsOf = ({ signedIndices }: GenerationPlan): boolean[] => [...signedIndices].map((each) => each < 0);
const numEqual = <Value>(some: readonly Value[], others: readonly Value[]): number =>
  some.filter((value, i) => value === others[i]).length;

test('another seed: other indices and signs, everything else the same', () => {
  const plan = planOf(4000, { ringSize: 1000 });
  const other = redrawPlan(plan, createRng('other'));
  expect({ ...other, signedIndices: 0, origin: 0 }).toEqual({ ...plan, signedIndices: 0, origin: 0 });
  expect(numEqual(indicesOf(plan), indicesOf(other))).toBeLessThan(20); // 4 are expected
  expect(Math.abs(numEqual(signsOf(plan), signsOf(other)) - 2000)).toBeLessThan(160); // 5 standard deviations of coins
  const again = redrawPlan(plan, createRng('true'));
  expect(again).toEqual(plan);
});

describe('known in part', () => {
  test('all, and nothing', () => {
    const plan = planOf(3000, { ringSize: 1000 });
    expect(guessPlan(plan, { knownShare: 1 }, createRng(1)).signedIndices).toEqual(plan.signedIndices);
    const nothing = guessPlan(plan, { knownShare: 0 }, createRng(1));
    expect(numEqual(indicesOf(plan), indicesOf(nothing))).toBeLessThan(17); // 3 are expected
  });

  test('so many are as they were, and every element keeps its number of uses', () => {
    const shares = fc.record({
      numGenerated: fc.integer({ min: 1, max: 60 }),
      ringSize: fc.integer({ min: 1, max: 60 }),
      knownShare: fc.double({ min: 0, max: 1, noNaN: true }),
      reflect: fc.boolean(),
      seed: fc.nat(),
    });
    fc.assert(
      fc.property(shares, ({ numGenerated, ringSize, knownShare, reflect, seed }) => {
        const plan = planOf(numGenerated, { ringSize, reflect });
        const guess = guessPlan(plan, { knownShare }, createRng(seed));
        const known = numEqual([...plan.signedIndices], [...guess.signedIndices]);
        expect(known).toBeGreaterThanOrEqual(Math.round(knownShare * numGenerated));
        expect(countUses(guess.signedIndices, ringSize)).toEqual(countUses(plan.signedIndices, ringSize));
        if (!reflect) expect(signsOf(guess)).not.toContain(true);
      }),
      { seed: 1 },
    );
  });

  test('half of many: the other half is right by chance alone', () => {
    const plan = planOf(8000, { ringSize: 2000 });
    const guess = guessPlan(plan, { knownShare: 0.5 }, createRng('half'));
    // 4,000 known; of the others 1 in 2,000 has the right index
    expect(Math.abs(numEqual(indicesOf(plan), indicesOf(guess)) - 4002)).toBeLessThan(10);
    // 4,000 known, half of the others: 5 standard deviations of 4,000 coins are 158
    expect(Math.abs(numEqual(signsOf(plan), signsOf(guess)) - 6000)).toBeLessThan(158);
  });

  test('without permutation there are signs to guess, and nothing else', () => {
    const plan = planOf(600, { ringSize: 50, sampling: 'sequential' });
    const guess = guessPlan(plan, { knownShare: 0 }, createRng(1));
    expect(indicesOf(guess)).toEqual(indicesOf(plan));
    expect(Math.abs(numEqual(signsOf(plan), signsOf(guess)) - 300)).toBeLessThan(62);
    const open = planOf(600, { ringSize: 50, sampling: 'sequential', reflect: false });
    expect(guessPlan(open, { knownShare: 0 }, createRng(1)).signedIndices).toEqual(open.signedIndices);
  });

  test('where each index was drawn on its own, it is guessed on its own', () => {
    const plan = planOf(4000, { ringSize: 1000, sampling: 'uneven' });
    const uses = countUses(guessPlan(plan, { knownShare: 0 }, createRng(1)).signedIndices, 1000);
    expect(uses).not.toEqual(countUses(plan.signedIndices, 1000));
    expect(uses.every((count) => count < 20)).toBe(true); // 4 are expected
  });

  test.each([-0.1, 1.1, NaN])('a share of %d is refused', (knownShare) => {
    expect(() => guessPlan(planOf(1, { ringSize: 1 }), { knownShare }, createRng(1))).toThrow(
      new RangeError(`guessPlan: knownShare is ${knownShare}, expected a number from 0 to 1.`),
    );
  });
});

test('plain sharing has no arrangement to guess', () => {
  const plan = planSharing(
    smallSlots().filter(({ role }) => role === 'backbone'),
    ({ name }) => name,
  );
  const refusal = new RangeError('This arrangement was not drawn from a seed, so that there is none to guess.');
  expect(() => redrawPlan(plan, createRng(1))).toThrow(refusal);
  expect(() => guessPlan(plan, { knownShare: 0 }, createRng(1))).toThrow(refusal);
});

describe('the same numbers arranged otherwise', () => {
  test('as before with the same plans, otherwise with others; in variables of their own', () => {
    const before = tf.memory().numTensors;
    const source = smallSource('local rings');
    const values = valuesOf(source);
    const same = rearrange(source, (plan) => plan);
    expect(valuesOf(same)).toEqual(values);
    const asked: string[] = [];
    const other = rearrange(source, (plan, name) => {
      asked.push(name);
      return redrawPlan(plan, createRng(`other/${name}`));
    });
    expect(asked).toEqual(['ring/stage1', 'ring/stage2']);
    expect(valuesOf(other)).not.toEqual(values);
    for (const [name, variable] of [...source.trainables, ...source.statistics]) {
      const copy = other.trainables.get(name) ?? other.statistics.get(name);
      expect([...copy!.dataSync()]).toEqual([...variable.dataSync()]);
      const zero = tf.zerosLike(variable);
      copy!.assign(zero);
      zero.dispose();
    }
    expect(valuesOf(source)).toEqual(values);
    for (const each of [source, same, other]) each.dispose();
    expect(tf.memory().numTensors).toBe(before);
  });

  test('a plan for another ring is refused', () => {
    const source = smallSource();
    expect(() => rearrange(source, () => planOf(24, { ringSize: 7 }))).toThrow(
      new RangeError(`rearrange: 'ring' has ${source.ringSize} elements, but the plan for it 7.`),
    );
    source.dispose();
  });
});
