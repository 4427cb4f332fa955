// What training minimises, with the accuracy of the batch beside it.
import type { Weights } from 'rpg-core';
import type { Classifier } from 'rpg-core/resnet';
import * as tf from '@tensorflow/tfjs-core';
import { softmaxCrossEntropy, type LossResult } from 'training-kit';

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
  const logits = model.apply(weights, images, { isTraining: true });
  return {
    loss: tf.mean(softmaxCrossEntropy(logits, labels)),
    metrics: { accuracy: tf.mean(tf.cast(tf.equal(tf.argMax(logits, 1), labels), 'float32')) },
  };
}
