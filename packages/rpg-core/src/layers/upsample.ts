// Enlarges images by repeating pixels, with a gradient for every backend.
import * as tf from '@tensorflow/tfjs-core';

/**
 * Repeats each pixel `factor` times in both directions.
 *
 * Its gradient is the sum over windows, as factor² times their average: exact and the same on every run. The resizing
 * gradient of TensorFlow adds in no fixed order on GPUs, and the WebAssembly backend has none.
 *
 * @param x float32 [batch, height, width, channels]
 * @param factor integer of 1 or more
 * @returns float32 [batch, factor·height, factor·width, channels]; the caller disposes it
 */
export function upsampleNearest(x: tf.Tensor4D, factor: number): tf.Tensor4D {
  if (!Number.isInteger(factor) || factor < 1) {
    throw new RangeError(`upsampleNearest: factor is ${factor}, expected an integer of 1 or more.`);
  }
  const repeatPixels = tf.customGrad((input) => {
    const image = input as tf.Tensor4D;
    return {
      value: tf.image.resizeNearestNeighbor(image, [factor * image.shape[1], factor * image.shape[2]]),
      gradFunc: (dy: tf.Tensor) => tf.mul(tf.avgPool(dy as tf.Tensor4D, factor, factor, 'valid'), factor * factor),
    };
  });
  return repeatPixels(x) as tf.Tensor4D;
}
