// Nearest-neighbour enlargement with a gradient for every backend.
import * as tf from '@tensorflow/tfjs-core';

/**
 * Repeats each pixel twice in both directions.
 *
 * Its gradient is four times the average over 2×2 windows, which is exact and the same on every run; the resizing
 * gradient of TensorFlow adds in no fixed order on GPUs, and the WebAssembly backend has none.
 *
 * @param x float32 [batch, height, width, channels]
 * @returns float32 [batch, 2·height, 2·width, channels]; the caller disposes it
 */
export function upsampleNearest(x: tf.Tensor4D): tf.Tensor4D {
  return repeatPixels(x) as tf.Tensor4D;
}

const repeatPixels = tf.customGrad((x) => {
  const image = x as tf.Tensor4D;
  return {
    value: tf.image.resizeNearestNeighbor(image, [2 * image.shape[1], 2 * image.shape[2]]),
    gradFunc: (dy: tf.Tensor) => tf.mul(tf.avgPool(dy as tf.Tensor4D, 2, 2, 'valid'), 4),
  };
});
