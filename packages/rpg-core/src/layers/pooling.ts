// Pooling, with windows and padding as PyTorch has them.
import * as tf from '@tensorflow/tfjs-core';
import { padLikePyTorch } from './padding.js';

/**
 * Maximum over windows. Padding is by zeros: the same as PyTorch's padding by −∞ for inputs that are nowhere negative,
 * as behind a ReLU.
 *
 * @param x [batch, height, width, channels], no element below 0 unless padding is 0
 */
export function maxPool2d(x: tf.Tensor4D, kernelSize: number, stride: number, padding: number): tf.Tensor4D {
  const padded = padLikePyTorch(x, kernelSize, stride, padding);
  return tf.maxPool(padded.x, kernelSize, stride, padded.mode);
}

/**
 * Mean over height and width.
 *
 * @param x [batch, height, width, channels]
 * @returns [batch, channels]
 */
export function globalAveragePool(x: tf.Tensor4D): tf.Tensor2D {
  return tf.mean(x, [1, 2]);
}
