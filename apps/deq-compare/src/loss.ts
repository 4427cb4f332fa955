// What training minimises, the same for both sides of the comparison.
import type * as tf from '@tensorflow/tfjs-core';
import type { Weights } from 'rpg-core';
import type { LossResult } from 'training-kit';
import { classifierLoss } from 'training-kit/classifier';
import type { ApplyOptions, DeqModel } from './model/model.js';

/** One batch to learn from. */
export interface LabelledImages {
  /** float32 [batch, height, width, 3] */
  readonly images: tf.Tensor4D;
  /** int32 [batch] */
  readonly labels: tf.Tensor1D;
}

/** Mean cross-entropy over the batch, in nats, with the batch's `accuracy` beside it. */
export function deqLoss(
  model: DeqModel,
  weights: Weights,
  { images, labels }: LabelledImages,
  options: Omit<ApplyOptions, 'isTraining'> = {},
): LossResult {
  return classifierLoss(model.apply(weights, images, { ...options, isTraining: true }), labels);
}
