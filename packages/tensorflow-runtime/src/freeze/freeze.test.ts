import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, test } from 'vitest';
import { isTensorflowHere } from '../../test/native-here.js';
import { loadBackend } from '../backend/load-backend.js';
import { hasBfloat16, readSimd } from '../backend/simd.js';
import { freeze, isFreezable } from './freeze.js';

test('without TensorFlow it says so', () => {
  expect(isFreezable()).toBe(false);
  const unread = undefined as unknown as tf.Tensor; // there is no backend to make one
  expect(() => freeze((x) => [x], unread)).toThrow(
    new Error(`freeze needs TensorFlow, but the backend is ${tf.getBackend()}. Run the function as it is.`),
  );
});

describe.skipIf(!isTensorflowHere)('on TensorFlow', () => {
  beforeAll(async () => {
    await loadBackend({ device: 'tensorflow' });
  });

  const numbers = (tensor: tf.Tensor | undefined): number[] => [...tensor!.dataSync()];

  test('gives what the function gives, on other values too, with the weights of the time it was frozen', () => {
    const factor = tf.variable(tf.tensor1d([2, 3]));
    const frozen = freeze((x) => [tf.add(tf.mul(x, factor), 1), tf.sum(x, -1)], tf.zeros([2, 2]));
    factor.assign(tf.tensor1d([100, 100]));
    factor.dispose();
    const [scaled, sums] = frozen.run(tf.tensor2d([1, 2, 3, 4], [2, 2]));
    expect(numbers(scaled)).toEqual([3, 7, 7, 13]);
    expect([scaled!.shape, sums!.shape]).toEqual([[2, 2], [2]]);
    expect(numbers(sums)).toEqual([3, 7]);
  });

  test('takes all kinds of attributes and dtypes', () => {
    const network = (x: tf.Tensor): tf.Tensor[] => {
      const image = tf.expandDims<tf.Tensor4D>(x, 0);
      const pooled = tf.maxPool(tf.pad(image, [[0, 0], [1, 1], [1, 1], [0, 0]]), 2, 2, 'valid'); // prettier-ignore
      const isLarge = tf.greater(pooled, 5);
      const chosen = tf.where(isLarge, pooled, tf.neg(pooled));
      return [tf.concat([chosen, tf.cast(isLarge, 'float32')], 3), tf.argMax(chosen, 1), isLarge];
    };
    const x = tf.reshape(tf.range(0, 16), [4, 4, 1]);
    const expected = network(x);
    const found = freeze(network, x).run(x);
    expect(found.map(({ dtype, shape }) => ({ dtype, shape }))).toEqual(
      expected.map(({ dtype, shape }) => ({ dtype, shape })),
    );
    expect(found.map(numbers)).toEqual(expected.map(numbers));
  });

  test('folds a norm into the convolution in front of it', () => {
    const kernel = tf.randomNormal<tf.Rank.R4>([3, 3, 2, 4], 0, 1, 'float32', 1);
    const [gamma, beta, mean] = [2, 3, 4].map((seed) =>
      tf.randomNormal<tf.Rank.R1>([4], 0, 1, 'float32', seed),
    ) as tf.Tensor1D[];
    const variance = tf.tensor1d([0.5, 1, 2, 3]);
    const network = (x: tf.Tensor): tf.Tensor[] => {
      const y = tf.conv2d(x as tf.Tensor4D, kernel, 1, 'same');
      return [tf.relu(tf.batchNorm(y, mean!, variance, beta, gamma, 0.1))];
    };
    const x = tf.randomNormal([2, 5, 5, 2], 0, 1, 'float32', 5);
    const expected = numbers(network(x)[0]);
    const found = numbers(freeze(network, x).run(x)[0]);
    found.forEach((value, i) => {
      expect(value).toBeCloseTo(expected[i]!, 5);
    });
  });

  test('a function that reads values cannot be frozen, and spoils nothing', () => {
    const x = tf.tensor1d([1, 2]);
    const reading = (y: tf.Tensor): tf.Tensor[] => (y.dataSync()[0]! > 0 ? [tf.neg(y)] : [y]);
    expect(() => freeze(reading, x)).toThrow(/^A function that is frozen read a tensor’s values, expected operations/);
    expect(numbers(reading(x)[0])).toEqual([-1, -2]);
    expect(numbers(freeze((y) => [tf.neg(y)], x).run(x)[0])).toEqual([-1, -2]);
  });

  test('a result may be the argument, or a constant', () => {
    const one = tf.tensor1d([1, 1]);
    const [same, constant] = freeze((x) => [x, one], tf.zeros([2])).run(tf.tensor1d([3, 4]));
    expect([numbers(same), numbers(constant)]).toEqual([
      [3, 4],
      [1, 1],
    ]);
  });

  test.skipIf(!hasBfloat16(readSimd()))('in bfloat16 convolutions round, and everything else does not', () => {
    const fine = 1 + 2 ** -8; // halfway between 1 and the next bfloat16: rounds to 1, which is even
    const network = (x: tf.Tensor): tf.Tensor[] => {
      const sum = tf.conv2d(x as tf.Tensor4D, tf.ones<tf.Rank.R4>([1, 1, 2, 1]), 1, 'valid');
      return [sum, tf.mean(tf.mul(x, 1)), tf.mul(sum, x)];
    };
    const x = tf.tensor4d([fine, 2], [1, 1, 1, 2]);
    const inFloat32 = freeze(network, x).run(x).map(numbers);
    expect(inFloat32).toEqual([[fine + 2], [(fine + 2) / 2], [fine * (fine + 2), 2 * (fine + 2)]]);
    const frozen = freeze(network, x, { precision: 'bfloat16' });
    const found = frozen.run(x);
    expect(found.map(({ dtype }) => dtype)).toEqual(['float32', 'float32', 'float32']);
    expect(found.map(numbers)).toEqual([[3], [(fine + 2) / 2], [3 * fine, 6]]);
    frozen.dispose();
  });
});
