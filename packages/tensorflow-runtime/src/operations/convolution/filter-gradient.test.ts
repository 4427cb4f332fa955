import * as tf from '@tensorflow/tfjs';
import { beforeAll, describe, expect, test } from 'vitest';
import { isTensorflowHere } from '../../../test/native-here.js';
import { loadBackend } from '../../backend/load-backend.js';

describe.skipIf(!isTensorflowHere)('filter gradients on TensorFlow', () => {
  beforeAll(async () => {
    await loadBackend({ device: 'tensorflow' });
  });

  test.each([
    { batch: 1, size: 32, inChannels: 8, outChannels: 16, stride: 2 },
    { batch: 2, size: 7, inChannels: 3, outChannels: 5, stride: 2 },
    { batch: 3, size: 8, inChannels: 4, outChannels: 2, stride: 3 },
  ])('1×1 with stride $stride, $size px: as convolving every other pixel', (shape) => {
    const { batch, size, inChannels, outChannels, stride } = shape;
    const x = tf.randomNormal<tf.Rank.R4>([batch, size, size, inChannels], 0, 1, 'float32', 1);
    const kernel = tf.randomNormal<tf.Rank.R4>([1, 1, inChannels, outChannels], 0, 1, 'float32', 2);
    const gradientOf = (convolve: (k: tf.Tensor4D) => tf.Tensor) =>
      tf
        .grad((k: tf.Tensor) => tf.sum(tf.square(convolve(k as tf.Tensor4D))))(kernel)
        .dataSync();
    const strided = gradientOf((k) => tf.conv2d(x, k, stride, 'valid'));
    const picked = gradientOf((k) => tf.conv2d(tf.avgPool(x, 1, stride, 'valid'), k, 1, 'valid'));
    strided.forEach((value, i) => {
      expect(value).toBeCloseTo(picked[i]!, 2);
    });
  });

  test('survives what ended the process: 8 to 16 channels of one image, many times', () => {
    const x = tf.randomNormal<tf.Rank.R4>([1, 32, 32, 8], 0, 1, 'float32', 1);
    const kernel = tf.randomNormal<tf.Rank.R4>([1, 1, 8, 16], 0, 1, 'float32', 2);
    const gradient = tf.grad((k: tf.Tensor) => tf.conv2d(x, k as tf.Tensor4D, 2, 'same'));
    const before = tf.memory().numTensors;
    for (let i = 0; i < 400; i++) tf.tidy(() => void gradient(kernel).dataSync());
    expect(tf.memory().numTensors).toBe(before);
  });
});
