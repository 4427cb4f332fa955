import fc from 'fast-check';
import { createRng } from 'rpg-core';
import { expect, test } from 'vitest';
import { ConfigError } from '../errors.js';
import { standardAugmentation } from './augment.js';
import { allocateImages, imageAt } from './image-arrays.js';
import { memorySplit } from './memory-split.js';
import { cifar10Normalization } from './normalization.js';
import { countClasses, holdOut, type Split, takeEvenly } from './split.js';

/** A split of 1×1 images; image i is [i, i, i] and its class `labels[i]`. */
function tinySplit(labels: number[]): Split {
  const arrays = allocateImages(labels.length, [1, 1, 3]);
  arrays.labels.set(labels);
  labels.forEach((_, i) => imageAt(arrays, i).fill(i));
  return memorySplit(arrays, {
    normalization: cifar10Normalization,
    augmentation: standardAugmentation,
    numWorkers: 1,
  });
}

/** The original places of a split's examples. */
const places = (split: Split) =>
  Promise.all(Array.from({ length: split.numExamples }, async (_, i) => (await split.imageAt(i))[0]!));

test('holdOut parts a split: equal counts per class, nothing lost, nothing twice, order kept', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.record({ numClasses: fc.integer({ min: 1, max: 5 }), perClass: fc.integer({ min: 2, max: 12 }) }),
      fc.nat(),
      fc.nat(),
      async ({ numClasses, perClass }, share, seed) => {
        const numHeldOut = share % (numClasses * (perClass - 1));
        const split = tinySplit(Array.from({ length: numClasses * perClass }, (_, i) => i % numClasses));
        const { rest, heldOut } = holdOut(split, { numHeldOut, numClasses, rng: createRng(seed) });
        expect(heldOut.numExamples).toBe(numHeldOut);
        const counts = countClasses(heldOut.labels, numClasses);
        expect(Math.max(...counts) - Math.min(...counts)).toBeLessThanOrEqual(1);
        const parts = [await places(rest), await places(heldOut)];
        for (const [i, { labels }] of [rest, heldOut].entries()) {
          expect(parts[i]).toEqual(parts[i]!.toSorted((a, b) => a - b));
          expect(Array.from(labels)).toEqual(parts[i]!.map((place) => place % numClasses));
        }
        expect(parts.flat().toSorted((a, b) => a - b)).toEqual(await places(split));
      },
    ),
    { seed: 1 },
  );
});

test('holdOut: same seed same examples, another seed others', async () => {
  const split = tinySplit(Array.from({ length: 100 }, (_, i) => i % 10));
  const draw = (seed: number) =>
    places(holdOut(split, { numHeldOut: 20, numClasses: 10, rng: createRng(seed) }).heldOut);
  expect(await draw(1)).toEqual(await draw(1));
  expect(await draw(1)).not.toEqual(await draw(2));
});

test('takeEvenly: the first of each class, one more of the first classes; no order is asked for where none is taken', () => {
  const labels = Int32Array.of(0, 0, 0, 1, 1, 1);
  const order = { examples: () => [5, 0, 4, 1, 3, 2], classes: () => [1, 0] };
  expect([...takeEvenly(labels, { numHeldOut: 3, numClasses: 2 }, order)]).toEqual([1, 0, 0, 0, 1, 1]);
  const fail = () => {
    throw new Error('asked for');
  };
  const none = takeEvenly(labels, { numHeldOut: 0, numClasses: 2 }, { examples: fail, classes: fail });
  expect([...none]).toEqual([0, 0, 0, 0, 0, 0]);
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
