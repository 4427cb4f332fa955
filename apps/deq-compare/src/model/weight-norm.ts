// Weight normalisation (Salimans & Kingma 2016): a kernel's direction and the length of each of its filters are trained
// apart. It keeps the map whose fixed point is looked for from growing steep.
import * as tf from '@tensorflow/tfjs-core';
import type { Slot, SlotCollector } from 'rpg-core';

/**
 * Declares the lengths of a kernel's filters, `<name>/gain` [outChannels]: role `norm`. They start at what a filter's
 * length is to be expected at first, so that the first normalised kernel is about the kernel itself.
 *
 * Differs from PyTorch, which starts each gain at its own filter's length: a few percent away from this.
 *
 * @param kernel [height, width, inChannels, outChannels], its elements normal with `standardDeviation`
 */
export function declareGain(slots: SlotCollector, kernel: Slot, standardDeviation: number): Slot {
  const outChannels = kernel.shape.at(-1)!;
  return slots.declare({
    name: kernel.name.replace(/kernel$/, 'gain'),
    shape: [outChannels],
    role: 'norm',
    initializer: { kind: 'constant', value: standardDeviation * Math.sqrt(kernel.size / outChannels) },
  });
}

/**
 * gain · kernel / ‖kernel‖, a norm a filter; differentiable with respect to both.
 *
 * @param kernel float32 [height, width, inChannels, outChannels]
 * @param gain float32 [outChannels]
 * @returns of the kernel's shape; the caller disposes it
 */
export function normalizedKernel(kernel: tf.Tensor4D, gain: tf.Tensor1D): tf.Tensor4D {
  return tf.tidy(() => {
    const inverseNorms = tf.rsqrt(tf.sum(tf.square(kernel), [0, 1, 2])); // [outChannels]
    return tf.mul<tf.Tensor4D>(kernel, tf.mul(gain, inverseNorms));
  });
}
