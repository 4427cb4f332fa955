import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, test } from 'vitest';
import { isTensorflowHere } from '../../test/native-here.js';
import { loadBackend } from '../load-backend.js';
import { registerTrainingKernels } from './register-training-kernels.js';

describe.skipIf(!isTensorflowHere)('training kernels on TensorFlow', () => {
  beforeAll(async () => {
    await loadBackend({ device: 'tensorflow' });
  });

  /** Runs a kernel by name, as rpg-core does. */
  function run(name: string, inputs: tf.NamedTensorMap, attrs: Record<string, number> = {}): tf.Tensor[] {
    return tf.engine().runKernel(name, inputs, attrs);
  }

  function numbers(tensor: tf.Tensor | undefined): number[] {
    return Array.from(tensor!.dataSync());
  }

  function expectClose(found: tf.Tensor | undefined, expected: tf.Tensor | readonly number[], digits = 5): void {
    const wanted = expected instanceof tf.Tensor ? numbers(expected) : expected;
    const values = numbers(found);
    expect(values).toHaveLength(wanted.length);
    values.forEach((value, index) => {
      expect(value).toBeCloseTo(wanted[index]!, digits);
    });
  }

  function randomImages(seed: number): tf.Tensor4D {
    return tf.randomNormal([4, 5, 6, 3], 1, 2, 'float32', seed);
  }

  /** Kernels must leave nothing behind but their outputs, also when TensorFlow refuses the call. */
  function expectLevel(call: () => tf.Tensor[]): void {
    const before = tf.memory().numTensors;
    tf.dispose(call());
    expect(tf.memory().numTensors).toBe(before);
  }

  test('registering again is silent and harmless', () => {
    registerTrainingKernels({ isUsingGpuDevice: false });
    expect(tf.getKernel('BatchNormTrain', 'tensorflow').kernelName).toBe('BatchNormTrain');
  });

  describe('ReluGrad', () => {
    test('passes the gradient where the output is positive', () => {
      const [dx] = run('ReluGrad', { dy: tf.tensor1d([1, 2, 3, 4]), y: tf.tensor1d([0, 5, -1, 0.5]) });
      expect(numbers(dx)).toEqual([0, 2, 0, 4]);
    });

    test('agrees with tfjs on random images', () => {
      const x = randomImages(1);
      const dy = randomImages(2);
      const expected = tf.grad((z: tf.Tensor) => tf.relu(z))(x, dy);
      expect(numbers(run('ReluGrad', { dy, y: tf.relu(x) })[0])).toEqual(numbers(expected));
    });

    test('keeps the number of tensors level', () => {
      const y = randomImages(3);
      expectLevel(() => run('ReluGrad', { dy: y, y }));
    });

    test('a missing input is named', () => {
      expect(() => run('ReluGrad', { dy: tf.scalar(1) })).toThrow(
        new TypeError("ReluGrad was called without the input 'y', expected: dy, y."),
      );
    });
  });

  describe('BatchNormTrain', () => {
    // One channel holding 1, 2, 3, 6: mean 3, biased variance 14/4, unbiased variance 14/3.
    const values = [1, 2, 3, 6];
    const inputs = (): tf.NamedTensorMap => ({
      x: tf.tensor4d(values, [1, 2, 2, 1]),
      gamma: tf.tensor1d([2]),
      beta: tf.tensor1d([10]),
      movingMean: tf.tensor1d([100]),
      movingVariance: tf.tensor1d([50]),
    });

    test.each([0.1, 0.25, 1])('momentum %d is the share of the new batch, as in PyTorch', (momentum) => {
      const [y, newMean, newVariance] = run('BatchNormTrain', inputs(), { epsilon: 0.5, momentum });
      // Normalising uses the biased variance: 3.5 + epsilon 0.5 = 4, so y = gamma · (x - 3) / 2 + beta.
      expectClose(y, [8, 9, 10, 13]);
      expectClose(newMean, [(1 - momentum) * 100 + momentum * 3], 4);
      // The moving average takes the unbiased one.
      expectClose(newVariance, [(1 - momentum) * 50 + (momentum * 14) / 3], 4);
    });

    test('agrees with a composition of tfjs operations on random images', () => {
      const x = randomImages(4);
      const gamma = tf.tensor1d([0.5, 1, -2]);
      const beta = tf.tensor1d([0, 1, 2]);
      const movingMean = tf.tensor1d([1, 2, 3]);
      const movingVariance = tf.tensor1d([4, 5, 6]);
      const attrs = { epsilon: 1e-3, momentum: 0.3 };
      const [y, newMean, newVariance] = run('BatchNormTrain', { x, gamma, beta, movingMean, movingVariance }, attrs);
      const { mean, variance } = tf.moments(x, [0, 1, 2]);
      const count = 4 * 5 * 6;
      expectClose(y, tf.add(tf.mul(tf.div(tf.sub(x, mean), tf.sqrt(tf.add(variance, 1e-3))), gamma), beta), 4);
      expectClose(newMean, tf.add(tf.mul(movingMean, 0.7), tf.mul(mean, 0.3)));
      expectClose(newVariance, tf.add(tf.mul(movingVariance, 0.7), tf.mul(variance, (0.3 * count) / (count - 1))));
    });

    test('keeps the number of tensors level', () => {
      const given = inputs();
      expectLevel(() => run('BatchNormTrain', given, { epsilon: 0.5, momentum: 0.1 }));
    });

    test('a missing attribute is named', () => {
      expect(() => run('BatchNormTrain', inputs(), { epsilon: 0.5 })).toThrow(
        new TypeError('BatchNormTrain was called with momentum = undefined, expected a number.'),
      );
    });
  });

  describe('BatchNormTrainGrad', () => {
    const epsilon = 1e-3;

    /** Forward and backward through the kernels. */
    function backward(x: tf.Tensor4D, gamma: tf.Tensor1D, dy: tf.Tensor4D): tf.Tensor[] {
      const zeros = tf.zerosLike(gamma);
      const forward = { x, gamma, beta: zeros, movingMean: zeros, movingVariance: zeros };
      const [, , , saved1, saved2] = run('BatchNormTrain', forward, { epsilon, momentum: 0.1 });
      return run('BatchNormTrainGrad', { dy, x, gamma, saved1: saved1!, saved2: saved2! }, { epsilon });
    }

    test('agrees with the formula on random images', () => {
      const x = randomImages(5);
      const dy = randomImages(6);
      const gamma = tf.tensor1d([0.5, 1, -2]);
      const axes = [0, 1, 2];
      const { mean, variance } = tf.moments(x, axes);
      const inverse = tf.rsqrt(tf.add(variance, epsilon));
      const normalised = tf.mul(tf.sub(x, mean), inverse);
      const product = tf.mul(dy, normalised);
      // dx = gamma / sigma · (dy - mean(dy) - x̂ · mean(dy · x̂)); dgamma = Σ dy · x̂; dbeta = Σ dy
      const centred = tf.sub(tf.sub(dy, tf.mean(dy, axes)), tf.mul(normalised, tf.mean(product, axes)));
      const [dx, dgamma, dbeta] = backward(x, gamma, dy);
      expectClose(dx, tf.mul(tf.mul(gamma, inverse), centred), 4);
      expectClose(dgamma, tf.sum(product, axes), 3);
      expectClose(dbeta, tf.sum(dy, axes), 3);
    });

    test('agrees with central differences', () => {
      const values = [1, 2, 3, 6];
      const weights = tf.tensor4d([1, -2, 0.5, 3], [1, 2, 2, 1]);
      const gamma = tf.tensor1d([2]);
      const step = 1e-2;
      const loss = (x: tf.Tensor): number => {
        const { mean, variance } = tf.moments(x);
        const y = tf.mul(tf.mul(tf.sub(x, mean), tf.rsqrt(tf.add(variance, epsilon))), gamma);
        return tf.sum(tf.mul(y, weights)).dataSync()[0]!;
      };
      const moved = (index: number, by: number): tf.Tensor4D =>
        tf.tensor4d(
          values.map((value, other) => value + (other === index ? by : 0)),
          [1, 2, 2, 1],
        );
      const expected = values.map((_, index) => (loss(moved(index, step)) - loss(moved(index, -step))) / (2 * step));
      expectClose(backward(moved(0, 0), gamma, weights)[0], expected, 2);
    });

    test('keeps the number of tensors level, also when TensorFlow refuses', () => {
      const x = randomImages(7);
      const [gamma, wrong] = [tf.tensor1d([1, 1, 1]), tf.tensor1d([1, 1])];
      const given = { dy: x, x, gamma, saved1: gamma, saved2: gamma };
      expectLevel(() => run('BatchNormTrainGrad', given, { epsilon }));
      expectLevel(() => {
        expect(() => run('BatchNormTrainGrad', { ...given, saved1: wrong }, { epsilon })).toThrow(/reserve_space_1/);
        return [];
      });
    });
  });

  describe('SparseSoftmaxCrossEntropy', () => {
    test('is the loss of each example and its gradient, by hand', () => {
      // Probabilities 1/4 and 3/4, then 1/2 and 1/2.
      const logits = tf.tensor2d([
        [0, Math.log(3)],
        [7, 7],
      ]);
      const labels = tf.tensor1d([1, 0], 'int32');
      const [losses, dlogits] = run('SparseSoftmaxCrossEntropy', { logits, labels });
      expectClose(losses, [Math.log(4 / 3), Math.log(2)]);
      expectClose(dlogits, [0.25, -0.25, -0.5, 0.5]);
    });

    test('agrees with tfjs on random logits', () => {
      const logits = tf.randomNormal<tf.Rank.R2>([8, 5], 0, 3, 'float32', 8);
      const labels = tf.tensor1d([0, 1, 2, 3, 4, 0, 1, 2], 'int32');
      const targets = tf.oneHot(labels, 5);
      const [losses, dlogits] = run('SparseSoftmaxCrossEntropy', { logits, labels });
      expectClose(losses, tf.neg(tf.sum(tf.mul(targets, tf.logSoftmax(logits)), 1)));
      expectClose(dlogits, tf.sub(tf.softmax(logits), targets));
    });

    test('keeps the number of tensors level, also for a label outside the classes', () => {
      const logits = tf.zeros([2, 3]);
      const [labels, wrong] = [tf.tensor1d([0, 2], 'int32'), tf.tensor1d([0, 3], 'int32')];
      expectLevel(() => run('SparseSoftmaxCrossEntropy', { logits, labels }));
      expectLevel(() => {
        expect(() => run('SparseSoftmaxCrossEntropy', { logits, labels: wrong })).toThrow(/label value of 3/);
        return [];
      });
    });
  });
});

test('on a GPU the batch norm kernels stay out', () => {
  const batchNorm = ['BatchNormTrain', 'BatchNormTrainGrad'];
  const registered = (): string[] => tf.getKernelsForBackend('tensorflow').map((kernel) => kernel.kernelName);
  for (const name of batchNorm.filter((kernel) => registered().includes(kernel)))
    tf.unregisterKernel(name, 'tensorflow');
  registerTrainingKernels({ isUsingGpuDevice: true });
  expect(registered()).toEqual(expect.arrayContaining(['ReluGrad', 'SparseSoftmaxCrossEntropy']));
  expect(registered().filter((name) => batchNorm.includes(name))).toEqual([]);
});
