import '@tensorflow/tfjs';
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, expect, test } from 'vitest';
import { upsampleNearest } from './upsample.js';

beforeAll(async () => {
  await tf.setBackend('cpu');
});

test('repeats pixels, and adds up the gradients of their copies', () => {
  const x = tf.tensor4d([1, 2], [1, 1, 2, 1]);
  const y = upsampleNearest(x, 3);
  expect(y.shape).toEqual([1, 3, 6, 1]);
  expect([...y.dataSync()]).toEqual(Array.from({ length: 3 }, () => [1, 1, 1, 2, 2, 2]).flat());
  const weights = tf.range(0, 18).reshape([1, 3, 6, 1]);
  const gradient = tf.grad((input) => tf.sum(tf.mul(upsampleNearest(input as tf.Tensor4D, 3), weights)))(x);
  expect([...gradient.dataSync()]).toEqual([3 * (0 + 1 + 2) + 3 * (6 + 12), 3 * (3 + 4 + 5) + 3 * (6 + 12)]);
});

test('a factor that is no positive integer is refused', () => {
  expect(() => upsampleNearest(tf.zeros([1, 1, 1, 1]), 1.5)).toThrow(
    'upsampleNearest: factor is 1.5, expected an integer of 1 or more.',
  );
});
