// What a classifier minimises, with the accuracy of the batch beside it.
import * as tf from '@tensorflow/tfjs-core';
import { softmaxCrossEntropy } from '../loop/cross-entropy.js';
import type { LossResult } from '../loop/train-step.js';

/**
 * Mean cross-entropy over the batch, in nats, and its `accuracy`.
 *
 * @param logits float32 [batch, numClasses]
 * @param labels int32 [batch]
 */
export function classifierLoss(logits: tf.Tensor2D, labels: tf.Tensor1D): LossResult {
  return {
    loss: tf.mean(softmaxCrossEntropy(logits, labels)),
    metrics: { accuracy: tf.mean(tf.cast(tf.equal(tf.argMax(logits, 1), labels), 'float32')) },
  };
}
