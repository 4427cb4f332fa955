import '@tensorflow/tfjs';
import * as tf from '@tensorflow/tfjs-core';
import { SlotCollector } from 'rpg-core';
import { beforeAll, expect, test } from 'vitest';
import { expectClose, read } from '../../test/numbers.js';
import { declareGain, normalizedKernel } from './weight-norm.js';

beforeAll(async () => {
  await tf.setBackend('cpu');
});

const kernel = tf.randomNormal<tf.Rank.R4>([3, 3, 2, 4], 0, 1, 'float32', 1);
const gain = tf.tensor1d([1, 2, 3, 4]);

test('a filter of 3 and 4 with gain 10 becomes 6 and 8', () => {
  expectClose(read(normalizedKernel(tf.tensor4d([3, 4], [1, 2, 1, 1]), tf.tensor1d([10]))), [6, 8]);
});

test('filters are as long as their gains, however long the kernel is', () => {
  const normalized = normalizedKernel(kernel, gain);
  expectClose(read(tf.sqrt(tf.sum(tf.square(normalized), [0, 1, 2]))), [1, 2, 3, 4]);
  expectClose(read(normalizedKernel(tf.mul(kernel, 7), gain)), read(normalized));
});

test('the gradient is across the kernel’s filters, and that of a gain along them', () => {
  const weigh = tf.randomNormal<tf.Rank.R4>(kernel.shape, 0, 1, 'float32', 2);
  const loss = (k: tf.Tensor, g: tf.Tensor): tf.Scalar =>
    tf.sum(tf.mul(normalizedKernel(k as tf.Tensor4D, g as tf.Tensor1D), weigh));
  const [ofKernel, ofGain] = tf.grads(loss)([kernel, gain]);
  read(tf.sum(tf.mul(ofKernel!, kernel), [0, 1, 2])).forEach((product) => {
    expect(product).toBeCloseTo(0, 4);
  });
  const directions = normalizedKernel(kernel, tf.onesLike(gain));
  expectClose(read(ofGain!), read(tf.sum(tf.mul(directions, weigh), [0, 1, 2])));

  const values = kernel.dataSync<'float32'>();
  const step = 1e-2;
  const at = (i: number, value: number): number =>
    read(loss(tf.tensor4d(values.with(i, value), kernel.shape), gain))[0]!;
  const differences = [...values].map((value, i) => (at(i, value + step) - at(i, value - step)) / (2 * step));
  expectClose(read(ofKernel!), differences, 5e-3);
});

test('gains start at a filter’s expected length, and are named after the kernel', () => {
  const slots = new SlotCollector();
  const slot = slots.declare({
    name: 'a/kernel',
    shape: [3, 3, 4, 5],
    role: 'backbone',
    initializer: { kind: 'constant', value: 0 },
  });
  expect(declareGain(slots, slot, 0.01)).toEqual({
    name: 'a/gain',
    shape: [5],
    size: 5,
    role: 'norm',
    initializer: { kind: 'constant', value: 0.06 }, // 0.01 · √36
  });
});
