import '@tensorflow/tfjs';
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, expect, test } from 'vitest';
import { groupNormOp, groupNormReluOp } from './group-norm-op.js';
import { runOp } from './portable-op.js';

beforeAll(async () => {
  await tf.setBackend('cpu');
});

const closeTo = (values: readonly number[]): unknown[] => values.map((value) => expect.closeTo(value, 5) as unknown);
const read = (tensor: tf.Tensor | undefined): number[] => [...tensor!.dataSync()];

// Two pixels of two channels in one group: mean 4, variance 5; with epsilon 4 the deviation is 3.
const x = (): tf.Tensor4D => tf.tensor4d([1, 3, 5, 7], [1, 1, 2, 2]);
const gamma = (): tf.Tensor1D => tf.tensor1d([3, 6]);
const beta = (): tf.Tensor1D => tf.tensor1d([0, 100]);
const attributes = { numGroups: 1, epsilon: 4, hasResidual: false };

test('the norm, mean and inverse deviation', () => {
  const [y, mean, inverseDeviation] = runOp(groupNormOp, { x: x(), gamma: gamma(), beta: beta() }, attributes);
  expect(read(y)).toEqual(closeTo([-3, 98, 1, 106]));
  expect([mean!.shape, inverseDeviation!.shape]).toEqual([[1, 1], [1, 1]]); // prettier-ignore
  expect([...read(mean), ...read(inverseDeviation)]).toEqual(closeTo([4, 1 / 3]));
});

test('an addition, then a ReLU', () => {
  const residual = tf.tensor4d([2, -100, 2, -100], [1, 1, 2, 2]);
  const inputs = { x: x(), gamma: gamma(), beta: beta(), residual };
  const [y] = runOp(groupNormReluOp, inputs, { ...attributes, hasResidual: true });
  expect(read(y)).toEqual(closeTo([0, 0, 3, 6]));
});

test('gradients, worked by hand', () => {
  const dy = tf.tensor4d([1, 0, 0, 0], [1, 1, 2, 2]);
  const [dx, dGamma, dBeta] = tf.grads(
    (image, scale, shift) => runOp(groupNormOp, { x: image, gamma: scale, beta: shift }, attributes)[0]!,
  )([x(), gamma(), beta()], dy);
  // n = −1, −1/3, 1/3, 1; γ·dy has the mean 3/4, γ·dy·n the mean −3/4; dx = (γ·dy − 3/4 + 3/4·n) / 3
  expect(read(dBeta)).toEqual(closeTo([1, 0]));
  expect(read(dGamma)).toEqual(closeTo([-1, 0]));
  expect(read(dx)).toEqual(closeTo([0.5, -1 / 3, -1 / 6, 0]));
});
