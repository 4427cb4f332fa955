import '@tensorflow/tfjs';
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, expect, test } from 'vitest';
import { imageOf } from '../../test/one-layer.js';
import { globalAveragePool, maxPool2d } from './pooling.js';

beforeAll(async () => {
  await tf.setBackend('cpu');
});

const read = (tensor: tf.Tensor): number[] => [...tensor.dataSync()];

test('pooling', () => {
  const x = imageOf([
    [1, 2, 3],
    [4, 5, 6],
    [7, 8, 9],
  ]);
  expect(read(maxPool2d(x, 3, 2, 1))).toEqual([5, 6, 8, 9]);
  expect(read(globalAveragePool(x))).toEqual([5]);
});
