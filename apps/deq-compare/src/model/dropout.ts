// Variational dropout: whole channels of an image are left out, the same ones at every step of a solve and in the
// backward pass, so that one map is solved and differentiated.
import * as tf from '@tensorflow/tfjs-core';
import type { Rng } from 'rpg-core';

/** Whose channels are dropped, and how often. */
export interface DropoutOptions {
  readonly batchSize: number;
  /** Of each scale. */
  readonly channels: readonly number[];
  /** In [0, 1). */
  readonly rate: number;
}

/**
 * Draws which channels stay: 0 with probability `rate`, else 1 / (1 − rate), so that the mean stays.
 *
 * @param rng each mask is a fork by its place
 * @returns one mask a scale, [batch, 1, 1, channels], none for rate 0; the caller disposes them
 * @throws RangeError without `rng`, unless the rate is 0
 */
export function dropoutMasks({ batchSize, channels, rate }: DropoutOptions, rng: Rng | undefined): tf.Tensor4D[] {
  if (rate === 0) return [];
  if (rng === undefined) {
    throw new RangeError('apply: training with dropout needs rng; pass a fork of this step, such as rng.fork(step).');
  }
  return channels.map((numChannels, i) => {
    const stream = rng.fork(i);
    const mask = Float32Array.from({ length: batchSize * numChannels }, () =>
      stream.uniform() < rate ? 0 : 1 / (1 - rate),
    );
    return tf.tensor4d(mask, [batchSize, 1, 1, numChannels]);
  });
}
