// Frees gradients and saved activations as soon as the backward pass has read them. tfjs keeps all of them until its end,
// which for a deep network is most of the memory of a step.
import type * as tf from '@tensorflow/tfjs-core';

const expendable = new WeakSet<tf.Tensor>();

/**
 * Marks a gradient that a `pullBack` made of an op's input: the op that made that input is the only one to read it. What
 * a caller of tfjs passes in as dy is never marked, and the sums that tfjs makes of several uses are not either.
 */
export function asExpendable<T extends tf.Tensor>(gradient: T): T {
  expendable.add(gradient);
  return gradient;
}

/** Frees a gradient that was read for the last time, if it is marked. */
export function spend(gradient: tf.Tensor): void {
  if (expendable.has(gradient)) gradient.dispose();
}
