import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, test } from 'vitest';
import { isTensorflowHere } from '../../test/native-here.js';
import { loadBackend } from '../backend/load-backend.js';
import { asNative, type NativeBackend } from '../backend/native-backend.js';
import { attributeOf, type OpTrace } from './op-trace.js';
import { traceOps } from './trace-ops.js';

describe.skipIf(!isTensorflowHere)('on TensorFlow', () => {
  let native: NativeBackend;
  beforeAll(async () => {
    await loadBackend({ device: 'tensorflow' });
    native = asNative(tf.backend());
  });

  const argument = { kind: 'argument' } as const;
  const constant = (index: number) => ({ kind: 'constant', index }) as const;
  const output = (operation: number) => ({ kind: 'output', operation, output: 0 }) as const;
  const traced = (forward: (x: tf.Tensor) => tf.Tensor[], x: tf.Tensor): OpTrace => traceOps(native, forward, x);

  test('operations in order, with what flows between them; what was there before is a constant, once', () => {
    const two = tf.scalar(2);
    const { operations, constants, feeds, results } = traced(
      (x) => {
        const y = tf.mul(x, two);
        return [tf.mul(y, two), y];
      },
      tf.tensor1d([3, 4]),
    );
    expect(operations.map(({ name, inputs, shape }) => ({ name, inputs, shape }))).toEqual([
      { name: 'Mul', inputs: [argument, constant(0)], shape: [2] },
      { name: 'Mul', inputs: [output(0), constant(0)], shape: [2] },
    ]);
    expect(constants).toEqual([{ dtype: native.binding.TF_FLOAT, shape: [], values: Float32Array.of(2) }]);
    expect([feeds, results]).toEqual([[], [output(1), output(0)]]);
  });

  test('a result that is the argument passes through an operation of its own', () => {
    const { operations, results } = traced((x) => [x], tf.tensor1d([1], 'int32'));
    expect(operations).toMatchObject([{ name: 'Identity', inputs: [argument] }]);
    expect(attributeOf(operations[0]!, 'T')).toBe(native.binding.TF_INT32);
    expect(results).toEqual([output(0)]);
  });

  test('the type that tfjs leaves out of ExpandDims is written down', () => {
    const { operations } = traced((x) => [tf.expandDims(x, 0)], tf.tensor1d([1, 2]));
    expect(attributeOf(operations[0]!, 'T')).toBe(native.binding.TF_FLOAT);
  });

  test('convolutions are TensorFlow’s own, also those that ours take over outside of it', () => {
    const kernel = tf.ones<tf.Rank.R4>([3, 3, 16, 16]);
    const convolve = (x: tf.Tensor): tf.Tensor[] => [tf.conv2d(x as tf.Tensor4D, kernel, 1, 'same')];
    const { operations } = traced(convolve, tf.zeros([4, 32, 32, 16]));
    expect(operations.map(({ name }) => name)).toEqual(['Conv2D']);
  });

  test('the backend is as it was, also when a value was read', () => {
    const x = tf.tensor1d([1, 2]);
    const before = { ...native };
    const reading = (y: tf.Tensor): tf.Tensor[] => [tf.scalar(y.dataSync()[0]!)];
    expect(() => traced(reading, x)).toThrow(
      new Error(
        'A function that is frozen read a tensor’s values, expected operations on tensors alone: what it does may depend ' +
          'on them. Run it as it is.',
      ),
    );
    expect({ ...native }).toEqual(before);
    expect(native.isTraced).toBeUndefined();
    expect([...reading(x)[0]!.dataSync()]).toEqual([1]);
  });
});
