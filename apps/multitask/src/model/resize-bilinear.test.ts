import '@tensorflow/tfjs';
import * as tf from '@tensorflow/tfjs-core';
import { loadBackend } from 'tensorflow-runtime';
import { beforeAll, expect, test } from 'vitest';
import { resizeBilinear } from './resize-bilinear.js';

beforeAll(async () => {
  await loadBackend({});
});

const read = (tensor: tf.Tensor): number[] => [...tensor.dataSync()];

test('by hand: corners stay, pixels between are mixed by their distance', () => {
  const x = tf.tensor4d([0, 3, 6, 9], [1, 2, 2, 1]);
  expect(read(resizeBilinear(x, [2, 4]))).toEqual([0, 1, 2, 3, 6, 7, 8, 9].map((v) => expect.closeTo(v, 5) as number));
  expect(read(resizeBilinear(x, [3, 2]))).toEqual([0, 3, 3, 6, 6, 9]);
  expect(read(resizeBilinear(x, [1, 1]))).toEqual([0]);
  expect(read(resizeBilinear(tf.tensor4d([5], [1, 1, 1, 1]), [2, 2]))).toEqual([5, 5, 5, 5]);
});

test.each([
  { size: [4, 4], newSize: [8, 8] },
  { size: [4, 6], newSize: [16, 9] },
  { size: [9, 5], newSize: [3, 5] },
] as const)('$size to $newSize: as the op with aligned corners, forward and back', ({ size, newSize }) => {
  const x = tf.randomNormal<tf.Rank.R4>([2, ...size, 3], 0, 1, 'float32', 1);
  const dy = tf.randomNormal([2, ...newSize, 3], 0, 1, 'float32', 2);
  const op = (image: tf.Tensor): tf.Tensor => tf.image.resizeBilinear(image as tf.Tensor4D, [...newSize], true);
  const ours = (image: tf.Tensor): tf.Tensor => resizeBilinear(image as tf.Tensor4D, newSize);
  for (const make of [(f: typeof op) => f(x), (f: typeof op) => tf.grad(f)(x, dy)]) {
    const expected = read(make(op));
    read(make(ours)).forEach((value, i) => {
      expect(value).toBeCloseTo(expected[i]!, 4);
    });
  }
});

test('leaves the input and one result; at the same size a copy', () => {
  const x = tf.ones<tf.Rank.R4>([1, 4, 4, 2]);
  const before = tf.memory().numTensors;
  const [larger, same] = [resizeBilinear(x, [8, 8]), resizeBilinear(x, [4, 4])];
  expect(tf.memory().numTensors).toBe(before + 2);
  tf.dispose([larger, same]);
  expect(read(x)).toHaveLength(32);
});
