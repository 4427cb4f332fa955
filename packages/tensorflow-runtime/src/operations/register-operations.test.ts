import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, test } from 'vitest';
import { isTensorflowHere } from '../../test/native-here.js';
import { loadBackend } from '../backend/load-backend.js';
import { registerOperations, takeOverConvolutions } from './register-operations.js';

describe.skipIf(!isTensorflowHere)('operations on TensorFlow', () => {
  beforeAll(async () => {
    await loadBackend({ device: 'tensorflow' });
  });

  /** Runs an operation by name, as rpg-core does. */
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

  /** Operations leave nothing behind but their outputs, also when TensorFlow refuses the call. */
  function expectLevel(call: () => tf.Tensor[]): void {
    const before = tf.memory().numTensors;
    tf.dispose(call());
    expect(tf.memory().numTensors).toBe(before);
  }

  test('registering again is silent and harmless', () => {
    const taken = tf.getKernel('Conv2D', 'tensorflow');
    registerOperations({ isUsingGpuDevice: false });
    takeOverConvolutions({ isUsingGpuDevice: false });
    expect(tf.getKernel('BatchNormTrain', 'tensorflow').kernelName).toBe('BatchNormTrain');
    expect(tf.getKernel('Conv2D', 'tensorflow')).toBe(taken);
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

  describe('BiasAdd', () => {
    test('adds one number a channel, and sums the gradient over all else', () => {
      const x = randomImages(10);
      const bias = tf.tensor1d([1, 20, 300]);
      expect(numbers(run('BiasAdd', { x, bias })[0])).toEqual(numbers(tf.add(x, bias)));
      expectClose(run('BiasAddGrad', { dy: x })[0], tf.sum(x, [0, 1, 2]), 3);
      expectLevel(() => [...run('BiasAdd', { x, bias }), ...run('BiasAddGrad', { dy: x })]);
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

test('on a GPU the operations of native/ stay out', () => {
  const native = ['BatchNormTrain', 'BatchNormReluTrain', 'BatchNormTrainGrad', 'BiasAdd', 'SgdUpdate', 'AdamUpdate'];
  const registered = (): string[] => tf.getKernelsForBackend('tensorflow').map(({ kernelName }) => kernelName);
  for (const name of native.filter((operation) => registered().includes(operation)))
    tf.unregisterKernel(name, 'tensorflow');
  registerOperations({ isUsingGpuDevice: true });
  expect(registered()).toEqual(expect.arrayContaining(['ReluGrad', 'SparseSoftmaxCrossEntropy']));
  expect(registered().filter((name) => native.includes(name))).toEqual([]);
});
