// Predictions at test time: heat maps of the last sub-network, on request averaged with those of the mirrored image.
import * as tf from '@tensorflow/tfjs-core';
import type { Weights } from 'rpg-core';
import { mirroredJoints } from '../data/joints.js';
import type { PoseModel } from '../model/model.js';

/** How to predict. */
export interface PredictionOptions {
  /** Whether to average with the prediction for the mirrored image, as all published evaluations do or can. */
  readonly useFlipTest: boolean;
}

/**
 * Predicts with the moving averages of the norms.
 *
 * @param images float32 [batch, inputSize, inputSize, 3]
 * @returns heat maps float32 [batch, mapSize, mapSize, 16]; the caller disposes them
 */
export function predictHeatMaps(
  model: PoseModel,
  weights: Weights,
  images: tf.Tensor4D,
  { useFlipTest }: PredictionOptions,
): tf.Tensor4D {
  return tf.tidy(() => {
    const lastMaps = (x: tf.Tensor4D): tf.Tensor4D => model.apply(weights, x, { isTraining: false }).at(-1)!;
    const maps = lastMaps(images);
    if (!useFlipTest) return maps;
    const mirrored = mirrorHeatMaps(lastMaps(tf.reverse4d(images, 2)));
    return tf.div<tf.Tensor4D>(tf.add(maps, mirrored), 2);
  });
}

/**
 * What the maps would be for the mirrored image: columns reversed, left and right joints swapped.
 *
 * @param maps [batch, height, width, 16]
 * @returns a tensor of the same shape; the caller disposes it
 */
export function mirrorHeatMaps(maps: tf.Tensor4D): tf.Tensor4D {
  return tf.tidy(() => {
    const channels = tf.split<tf.Tensor4D>(tf.reverse4d(maps, 2), mirroredJoints.length, 3);
    return tf.concat4d(
      mirroredJoints.map((joint) => channels[joint]!),
      3,
    );
  });
}
