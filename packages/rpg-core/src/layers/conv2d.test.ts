import '@tensorflow/tfjs';
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, expect, test } from 'vitest';
import { gradientError, imageOf, oneLayer } from '../../test/one-layer.js';
import { conv2d, type Conv2dOptions } from './conv2d.js';

beforeAll(async () => {
  await tf.setBackend('cpu');
});

const read = (tensor: tf.Tensor): number[] => [...tensor.dataSync()];

const withKernel = (options: Partial<Conv2dOptions>, x: tf.Tensor4D): tf.Tensor => {
  const { layer, source } = oneLayer((slots) =>
    conv2d(slots, { name: 'c', inChannels: 1, outChannels: 1, kernelSize: 3, ...options }),
  );
  const kernel = source.trainables.get('c/kernel')!;
  kernel.assign(tf.ones(kernel.shape));
  source.trainables.get('c/bias')?.assign(tf.tensor1d([100]));
  return layer(x, { weights: source.generate(), isTraining: true });
};
const rows = [
  [1, 2, 3, 4],
  [5, 6, 7, 8],
  [9, 10, 11, 12],
  [13, 14, 15, 16],
];

test('pads both sides alike at stride 2, as PyTorch does', () => {
  // windows start at −1 and 1 in both directions
  expect(read(withKernel({ stride: 2 }, imageOf(rows)))).toEqual([14, 30, 57, 99]);
});

test('keeps the size at stride 1', () => {
  const y = withKernel({}, imageOf(rows));
  expect(y.shape).toEqual([1, 4, 4, 1]);
  expect(read(y).slice(0, 2)).toEqual([14, 24]);
});

test('without padding, and with a bias', () => {
  expect(read(withKernel({ padding: 0, useBias: true }, imageOf(rows)))).toEqual([154, 163, 190, 199]);
});

test('1×1 at stride 2 takes every second pixel', () => {
  expect(read(withKernel({ kernelSize: 1, stride: 2 }, imageOf(rows)))).toEqual([1, 3, 9, 11]);
});

test.each([
  [{ stride: 0 }, "conv2d 'c': stride is 0, expected an integer of 1 or more."],
  [{ padding: -1 }, "conv2d 'c': padding is -1, expected an integer of 0 or more."],
])('%o is refused', (options, message) => {
  expect(() => withKernel(options, imageOf(rows))).toThrow(message);
});

test('the gradient agrees with central differences', () => {
  const { layer, source } = oneLayer((slots) =>
    conv2d(slots, { name: 'c', inChannels: 2, outChannels: 3, kernelSize: 3, stride: 2 }),
  );
  const weights = source.generate();
  const f = (x: tf.Tensor): tf.Scalar => tf.sum(tf.square(layer(x as tf.Tensor4D, { weights, isTraining: true })));
  expect(gradientError(f, tf.randomNormal([1, 5, 5, 2], 0, 1, 'float32', 1))).toBeLessThan(0.01);
});

test('starts with the deviation √(2 / fan-out)', () => {
  const { source } = oneLayer((slots) => conv2d(slots, { name: 'c', inChannels: 64, outChannels: 32, kernelSize: 3 }));
  const values = read(source.trainables.get('c/kernel')!);
  const deviation = Math.sqrt(values.reduce((sum, x) => sum + x * x, 0) / values.length);
  expect(deviation / Math.sqrt(2 / (9 * 32))).toBeCloseTo(1, 1);
});
