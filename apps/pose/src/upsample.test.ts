import '@tensorflow/tfjs';
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, expect, test } from 'vitest';
import { upsampleNearest } from './upsample.js';

beforeAll(async () => {
  await tf.setBackend('cpu');
});

test('repeats pixels, and adds up the gradients of their copies', () => {
  const x = tf.tensor4d([1, 2, 3, 4], [1, 2, 2, 1]);
  const rows = [1, 1, 2, 2, 1, 1, 2, 2, 3, 3, 4, 4, 3, 3, 4, 4];
  const y = upsampleNearest(x);
  expect(y.shape).toEqual([1, 4, 4, 1]);
  expect([...y.dataSync()]).toEqual(rows);
  const weights = tf.range(0, 16).reshape([1, 4, 4, 1]);
  const gradient = tf.grad((input) => tf.sum(tf.mul(upsampleNearest(input as tf.Tensor4D), weights)))(x);
  expect([...gradient.dataSync()]).toEqual([0 + 1 + 4 + 5, 2 + 3 + 6 + 7, 8 + 9 + 12 + 13, 10 + 11 + 14 + 15]);
});
