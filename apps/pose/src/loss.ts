// What training minimises: every sub-network's heat maps are held against the same targets.
import * as tf from '@tensorflow/tfjs-core';
import type { Weights } from 'rpg-core';
import type { LossResult } from 'training-kit';
import type { PoseModel } from './model/model.js';

/** One batch to learn from. */
export interface PoseBatch {
  /** float32 [batch, inputSize, inputSize, 3] */
  readonly images: tf.Tensor4D;
  /** float32 [batch, mapSize, mapSize, 16]: a Gaussian with peak 1 around each joint. */
  readonly targets: tf.Tensor4D;
  /** float32 [batch, 16]: 1 for joints to learn from, 0 for those that are not annotated. */
  readonly jointWeights: tf.Tensor2D;
}

/**
 * Σ over sub-networks of the mean of w·(p − t)² over batch, pixels and joints. Joints of weight 0 are part of the mean,
 * so that a record with few joints does not count more for each.
 *
 * Published variants differ by constant factors (a half, a mean in place of the sum), which RMSprop and Adam, dividing
 * by the gradient's own size, do not see.
 *
 * @returns the loss, with the last sub-network's share as metric `lastStackLoss`
 */
export function poseLoss(model: PoseModel, weights: Weights, { images, targets, jointWeights }: PoseBatch): LossResult {
  const heatMaps = model.apply(weights, images, { isTraining: true });
  const losses = heatMaps.map((maps) => heatMapLoss(maps, targets, jointWeights));
  return { loss: tf.addN(losses), metrics: { lastStackLoss: losses.at(-1)! } };
}

/**
 * Mean of w·(p − t)² over batch, pixels and joints.
 *
 * @param heatMaps float32 [batch, size, size, numJoints]
 * @param targets of the same shape
 * @param jointWeights float32 [batch, numJoints]
 */
export function heatMapLoss(heatMaps: tf.Tensor4D, targets: tf.Tensor4D, jointWeights: tf.Tensor2D): tf.Scalar {
  return tf.tidy(() => {
    const squares = tf.sum(tf.squaredDifference(heatMaps, targets), [1, 2]); // [batch, numJoints]
    return tf.div<tf.Scalar>(tf.sum(tf.mul(squares, jointWeights)), heatMaps.size);
  });
}
