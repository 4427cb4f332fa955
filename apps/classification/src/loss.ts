// What training minimises, with the accuracy of the batch beside it.
import type * as tf from '@tensorflow/tfjs-core';
import type { Weights } from 'rpg-core';
import type { Classifier } from 'rpg-core/resnet';
import type { LossResult } from 'training-kit';
import { classifierLoss } from 'training-kit/classifier';

/**
 * Mean cross-entropy over the batch.
 *
 * @param images float32 [batch, height, width, 3]
 * @param labels int32 [batch]
 */
export function classificationLoss(
  model: Classifier,
  weights: Weights,
  { images, labels }: { images: tf.Tensor4D; labels: tf.Tensor1D },
): LossResult {
  return classifierLoss(model.apply(weights, images, { isTraining: true }), labels);
}
