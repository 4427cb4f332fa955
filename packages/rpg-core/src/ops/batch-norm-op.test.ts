import '@tensorflow/tfjs';
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, expect, test } from 'vitest';
import { batchNormReluTrainOp, batchNormTrainOp } from './batch-norm-op.js';
import { runOp } from './portable-op.js';

beforeAll(async () => {
  await tf.setBackend('cpu');
});

const closeTo = (values: readonly number[]): unknown[] => values.map((value) => expect.closeTo(value, 5) as unknown);
const read = (tensor: tf.Tensor | undefined): number[] => [...tensor!.dataSync()];

// Mean 3, variance 3.5, unbiased 14/3; with epsilon 0.5 the deviation is 2.
const x = (): tf.Tensor4D => tf.tensor4d([1, 2, 3, 6], [2, 1, 2, 1]);
const statistics = () => ({ movingMean: tf.tensor1d([0]), movingVariance: tf.tensor1d([1]) });
const attributes = { epsilon: 0.5, momentum: 0.1, hasResidual: false };

test('the norm, both moved averages, mean and inverse deviation', () => {
  const inputs = { x: x(), gamma: tf.tensor1d([10]), beta: tf.tensor1d([1]), ...statistics() };
  const [y, ...rest] = runOp(batchNormTrainOp, inputs, attributes);
  expect(read(y)).toEqual(closeTo([-9, -4, 1, 16]));
  expect(rest.flatMap(read)).toEqual(closeTo([0.3, 0.9 + 1.4 / 3, 3, 0.5]));
});

test('an addition, then a ReLU', () => {
  const residual = tf.tensor4d([10, 1, 5, -20], [2, 1, 2, 1]);
  const inputs = { x: x(), gamma: tf.tensor1d([10]), beta: tf.tensor1d([1]), ...statistics(), residual };
  const [y] = runOp(batchNormReluTrainOp, inputs, { ...attributes, hasResidual: true });
  expect(read(y)).toEqual(closeTo([1, 0, 6, 0]));
});

test('gradients, worked by hand', () => {
  const dy = tf.tensor4d([1, 0, 0, 0], [2, 1, 2, 1]);
  const [dx, dGamma, dBeta] = tf.grads(
    (image, gamma, beta) => runOp(batchNormTrainOp, { x: image, gamma, beta, ...statistics() }, attributes)[0]!,
  )([x(), tf.tensor1d([10]), tf.tensor1d([1])], dy);
  // n = −1, −0.5, 0, 1.5; dx = γ/2 · (dy − (dβ + n·dγ) / 4)
  expect(read(dBeta)).toEqual(closeTo([1]));
  expect(read(dGamma)).toEqual(closeTo([-1]));
  expect(read(dx)).toEqual(closeTo([2.5, -1.875, -1.25, 0.625]));
});
