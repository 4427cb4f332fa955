import { createRng } from 'rpg-core';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { ConfigError } from 'training-kit';
import { allocateSplit, countClasses, holdOut, imageAt, selectExamples, shuffledIndices, type Split } from './split.js';

/** A split of 1×1 images; image i is [i, i, i] and its class `labels[i]`. */
function tinySplit(labels: number[]): Split {
  const split = allocateSplit(labels.length, [1, 1, 3]);
  split.labels.set(labels);
  labels.forEach((_, i) => imageAt(split, i).fill(i));
  return split;
}

/** The original places of a split's examples. */
const places = (split: Split) => Array.from({ length: split.numExamples }, (_, i) => imageAt(split, i)[0]!);

test('selectExamples copies images and labels in the asked order', () => {
  const selected = selectExamples(tinySplit([5, 6, 7]), [2, 0, 2]);
  expect(places(selected)).toEqual([2, 0, 2]);
  expect([...selected.labels]).toEqual([7, 5, 7]);
});

test('holdOut parts a split: equal counts per class, nothing lost, nothing twice, order kept', () => {
  fc.assert(
    fc.property(
      fc.record({ numClasses: fc.integer({ min: 1, max: 5 }), perClass: fc.integer({ min: 2, max: 12 }) }),
      fc.nat(),
      fc.nat(),
      ({ numClasses, perClass }, share, seed) => {
        const numHeldOut = share % (numClasses * (perClass - 1));
        const split = tinySplit(Array.from({ length: numClasses * perClass }, (_, i) => i % numClasses));
        const { rest, heldOut } = holdOut(split, { numHeldOut, numClasses, rng: createRng(seed) });
        expect(heldOut.numExamples).toBe(numHeldOut);
        const counts = countClasses(heldOut.labels, numClasses);
        expect(Math.max(...counts) - Math.min(...counts)).toBeLessThanOrEqual(1);
        for (const part of [rest, heldOut]) {
          expect(places(part)).toEqual(places(part).toSorted((a, b) => a - b));
          expect(Array.from(part.labels)).toEqual(places(part).map((place) => place % numClasses));
        }
        expect([...places(rest), ...places(heldOut)].toSorted((a, b) => a - b)).toEqual(places(split));
      },
    ),
    { seed: 1 },
  );
});

test('holdOut: same seed same examples, another seed others', () => {
  const split = tinySplit(Array.from({ length: 100 }, (_, i) => i % 10));
  const draw = (seed: number) =>
    places(holdOut(split, { numHeldOut: 20, numClasses: 10, rng: createRng(seed) }).heldOut);
  expect(draw(1)).toEqual(draw(1));
  expect(draw(1)).not.toEqual(draw(2));
});

test.each([
  {
    numHeldOut: 4,
    said: 'valExamples is 4, expected an integer from 0 to 3: they are held out of the 4 training examples.',
  },
  {
    numHeldOut: -1,
    said: 'valExamples is -1, expected an integer from 0 to 3: they are held out of the 4 training examples.',
  },
  {
    numHeldOut: 3,
    said: 'valExamples is 3, but class 1 has 1 examples too few for its even share. Lower valExamples.',
  },
])('holdOut of $numHeldOut from 4', ({ numHeldOut, said }) => {
  const hold = () => holdOut(tinySplit([0, 0, 0, 2]), { numHeldOut, numClasses: 3, rng: createRng(0) });
  expect(hold).toThrow(new ConfigError('valExamples', said));
});

test('shuffledIndices: each of the 24 orders of 4 comes up equally often', () => {
  const counts = new Map<string, number>();
  const rng = createRng('orders');
  for (let i = 0; i < 24_000; i++) {
    const order = shuffledIndices(4, rng).join('');
    counts.set(order, (counts.get(order) ?? 0) + 1);
  }
  expect(counts.size).toBe(24);
  // 1000 expected each; 5 standard deviations are 155.
  for (const count of counts.values()) expect(Math.abs(count - 1000)).toBeLessThan(155);
});
