import '@tensorflow/tfjs';
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, expect, test } from 'vitest';
import { relu } from './activations.js';

beforeAll(async () => {
  await tf.setBackend('cpu');
});

const read = (tensor: tf.Tensor): number[] => [...tensor.dataSync()];

test('relu and its gradient', () => {
  expect(read(relu(tf.tensor1d([-1, 0, 2])))).toEqual([0, 0, 2]);
  const gradient = tf.grad((x) => tf.sum(tf.mul(relu(x), [5, 7, 11])))(tf.tensor1d([-1, 0, 2]));
  expect(read(gradient)).toEqual([0, 0, 11]);
});
