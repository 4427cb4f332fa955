import * as tf from '@tensorflow/tfjs-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { isTensorflowHere } from '../../../test/native-here.js';
import { loadBackend } from '../../backend/load-backend.js';
import { asNative, type NativeBackend } from '../../backend/native-backend.js';
import { registerDilatedConv } from '../register-operations.js';
import { hasDilatedGradients } from './dilated-conv.js';

const names = ['DilatedConv2d', 'DilatedConv2dInputGrad', 'DilatedConv2dFilterGrad'];
const registered = (): string[] => tf.getKernelsForBackend('tensorflow').map(({ kernelName }) => kernelName);

/** Leaves out what this machine's TensorFlow cannot do; the rest of this file is then rpg-core's own composition. */
let isHere = false;

beforeAll(async () => {
  if (!isTensorflowHere) return;
  await loadBackend({ device: 'tensorflow' });
  isHere = registered().includes('DilatedConv2d');
});

function run(name: string, inputs: tf.NamedTensorMap, attrs: tf.NamedAttrMap): tf.Tensor {
  return tf.engine().runKernel<tf.Tensor[]>(name, inputs, attrs)[0]!;
}

const random = (shape: number[], seed: number): tf.Tensor => tf.randomNormal(shape, 0, 1, 'float32', seed);
const inner = (a: tf.Tensor, b: tf.Tensor): number => tf.sum(tf.mul(a, b)).dataSync()[0]!;

describe.skipIf(!isTensorflowHere)('dilated convolution on TensorFlow', () => {
  test.each([
    { size: [5, 7], kernelSize: 3, dilation: 2 },
    { size: [6, 4], kernelSize: 5, dilation: 2 },
    { size: [8, 9], kernelSize: 3, dilation: 3 },
  ])('$size, kernel $kernelSize, dilation $dilation: as tfjs forward; gradients belong to it', (sizes) => {
    if (!isHere) return;
    const { size, kernelSize, dilation } = sizes;
    const forward = (x: tf.Tensor, kernel: tf.Tensor): tf.Tensor =>
      tf.conv2d(x as tf.Tensor4D, kernel as tf.Tensor4D, 1, 'same', 'NHWC', dilation);
    const filterShape = [kernelSize, kernelSize, 3, 4];
    const [x, kernel] = [random([2, ...size, 3], 1), random(filterShape, 2)];
    const y = run('DilatedConv2d', { x, kernel }, { dilation });
    expect(tf.max(tf.abs(tf.sub(y, forward(x, kernel)))).dataSync()[0]).toBeLessThan(1e-5);
    const dy = random(y.shape, 3);
    const dx = run('DilatedConv2dInputGrad', { dy, kernel }, { dilation });
    const dKernel = run('DilatedConv2dFilterGrad', { dy, x }, { dilation, filterShape });
    expect([dx.shape, dKernel.shape]).toEqual([x.shape, kernel.shape]);
    for (let seed = 4; seed < 8; seed++) {
      const [v, w] = [random(x.shape, seed), random(filterShape, seed)];
      expect(inner(v, dx)).toBeCloseTo(inner(forward(v, kernel), dy), 2);
      expect(inner(w, dKernel)).toBeCloseTo(inner(forward(x, w), dy), 2);
    }
  });

  test('keeps the number of tensors level, also when TensorFlow refuses', () => {
    const [x, kernel, wrong] = [random([1, 4, 4, 2], 1), random([3, 3, 2, 2], 2), random([1, 4, 4, 5], 3)];
    const before = tf.memory().numTensors;
    if (isHere) {
      tf.dispose(run('DilatedConv2dFilterGrad', { dy: x, x }, { dilation: 2, filterShape: [3, 3, 2, 2] }));
      expect(() => run('DilatedConv2dInputGrad', { dy: wrong, kernel }, { dilation: 2 })).toThrow();
    }
    hasDilatedGradients(asNative(tf.backend()));
    expect(tf.memory().numTensors).toBe(before);
  });

  test('a missing argument is named', () => {
    if (!isHere) return;
    const x = random([1, 4, 4, 1], 1);
    expect(() => run('DilatedConv2d', { x }, { dilation: 2 })).toThrow(
      new TypeError("DilatedConv2d was called without the input 'kernel', expected: x, kernel."),
    );
    expect(() => run('DilatedConv2d', { x, kernel: x }, {})).toThrow(
      new TypeError('DilatedConv2d was called with dilation = undefined, expected a number.'),
    );
    expect(() => run('DilatedConv2dFilterGrad', { dy: x, x }, { dilation: 2 })).toThrow(
      new TypeError(
        'DilatedConv2dFilterGrad was called with filterShape = undefined, expected four integers: height, width, ' +
          'inChannels, outChannels.',
      ),
    );
  });
});

describe.skipIf(!isTensorflowHere)('a TensorFlow without such gradients', () => {
  const refusing = (): NativeBackend => {
    const refuse = (): never => {
      throw new Error('Current CPU implementations do not yet support dilation rates larger than 1.');
    };
    const refusals = { executeSingleOutput: refuse, executeMultipleOutputs: refuse };
    return Object.assign(Object.create(tf.backend()) as NativeBackend, refusals);
  };

  afterAll(() => {
    registerDilatedConv(asNative(tf.backend()));
  });

  test('gets none of the kernels', () => {
    for (const name of names.filter((kernel) => registered().includes(kernel))) tf.unregisterKernel(name, 'tensorflow');
    const before = tf.memory().numTensors;
    expect(hasDilatedGradients(refusing())).toBe(false);
    registerDilatedConv(refusing());
    expect(registered().filter((name) => names.includes(name))).toEqual([]);
    expect(tf.memory().numTensors).toBe(before);
  });
});
