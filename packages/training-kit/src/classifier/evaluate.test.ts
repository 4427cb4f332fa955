import '@tensorflow/tfjs';
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, expect, test } from 'vitest';
import { noAugmentation } from '../labelled-images/augment.js';
import { allocateImages } from '../labelled-images/image-arrays.js';
import { memorySplit } from '../labelled-images/memory-split.js';
import type { Split } from '../labelled-images/split.js';
import { evaluateClassifier, rankOf, type TrainedClassifier } from './evaluate.js';

beforeAll(async () => {
  await tf.setBackend('cpu');
});

/** One pixel an image, whose red says which class has the largest logit; labels rise from 0. */
function splitOf(reds: readonly number[]): Split {
  const arrays = allocateImages(reds.length, [1, 1, 3]);
  reds.forEach((red, i) => {
    arrays.images[3 * i] = red;
    arrays.labels[i] = i;
  });
  const normalization = { mean: [0, 0, 0], std: [1 / 255, 1, 1] } as const;
  return memorySplit(arrays, { normalization, augmentation: noAugmentation, numWorkers: 1 });
}

const batchSizes: number[] = [];

/** Logit of class c is −|c − red|. */
const nearest: TrainedClassifier = {
  numClasses: 8,
  logitsOf: (images) =>
    tf.tidy(() => {
      batchSizes.push(images.shape[0]);
      const red = tf.reshape(tf.slice(images, [0, 0, 0, 0], [-1, 1, 1, 1]), [-1, 1]);
      return tf.neg(tf.abs(tf.sub(tf.range(0, 8), red)));
    }),
};

test('each example counts once, whatever the batch size', async () => {
  const split = splitOf([0, 1, 4, 4, 0]); // labels 0 to 4: right, right, two off, one off, four off
  const whole = await evaluateClassifier(nearest, split);
  expect(whole.top1).toBeCloseTo(2 / 5, 12);
  expect(whole.top5).toBeCloseTo(1, 12); // label 4 for red 0 comes fifth
  const normalizer = (red: number): number =>
    Math.log([0, 1, 2, 3, 4, 5, 6, 7].reduce((sum, c) => sum + Math.exp(-Math.abs(c - red)), 0));
  const losses = [normalizer(0), normalizer(1), 2 + normalizer(4), 1 + normalizer(4), 4 + normalizer(0)];
  expect(whole.loss).toBeCloseTo(losses.reduce((sum, loss) => sum + loss, 0) / 5, 5);
  expect([...whole.examples]).toEqual([0, 1, 2, 3, 4]);
  expect(whole.probabilities).toHaveLength(40);

  batchSizes.length = 0;
  const { numTensors } = tf.memory();
  const parts = await evaluateClassifier(nearest, split, { maxBatchSize: 2 });
  expect(tf.memory().numTensors).toBe(numTensors);
  expect(batchSizes).toEqual([2, 2, 1]);
  expect(parts.loss).toBeCloseTo(whole.loss, 6);
  expect([parts.top1, parts.top5]).toEqual([whole.top1, whole.top5]);
});

test('a tie counts against the classifier', async () => {
  const undecided = { numClasses: 8, logitsOf: (images: tf.Tensor4D) => tf.zeros<tf.Rank.R2>([images.shape[0], 8]) };
  const { top1, top5 } = await evaluateClassifier(undecided, splitOf([0, 0]));
  expect([top1, top5]).toEqual([0, 0]);
});

test.each([NaN, Infinity])('a network whose logits are %d has diverged', async (logit) => {
  const diverged = {
    numClasses: 8,
    logitsOf: (images: tf.Tensor4D) => tf.fill<tf.Rank.R2>([images.shape[0], 8], logit),
  };
  await expect(evaluateClassifier(diverged, splitOf([0, 0]))).rejects.toThrow(
    new RangeError(
      'evaluate: the mean loss of 2 examples is NaN; the network has diverged. Where there is an earlier checkpoint, ' +
        'that one may be sound.',
    ),
  );
});

test('an empty split is refused', async () => {
  await expect(evaluateClassifier(nearest, splitOf([]))).rejects.toThrow(
    'evaluate: the split is empty; accuracy has no meaning there.',
  );
});

test('best rank by hand: of several right classes the best counts, wrong ones that are level are ahead', () => {
  const logits = Float32Array.of(3, 1, 2, 2, 0);
  expect(rankOf([0], logits)).toBe(0);
  expect(rankOf([1], logits)).toBe(3);
  expect(rankOf([2], logits)).toBe(2); // 3, and the other 2
  expect(rankOf([2, 3], logits)).toBe(1);
  expect(rankOf([4, 0], logits)).toBe(0);
  expect(rankOf([0], Float32Array.of(NaN, NaN))).toBe(1);
});
