// Softmax cross-entropy against integer class ids.
import * as tf from '@tensorflow/tfjs-core';
import { type PortableOp, runOp } from 'rpg-core/ops';

/** Outputs [losses [batch], ∂losses/∂logits [batch, numClasses]]: both come from one softmax. */
const crossEntropyOp: PortableOp<object> = {
  name: 'SparseSoftmaxCrossEntropy',
  compose: ({ logits, labels }) => {
    const numClasses = logits!.shape[1]!;
    const target = tf.cast(tf.oneHot(labels as tf.Tensor1D, numClasses), 'float32');
    const logProbabilities = tf.logSoftmax(logits!);
    return [tf.neg(tf.sum(tf.mul(target, logProbabilities), 1)), tf.sub(tf.exp(logProbabilities), target)];
  },
  gradient: {
    outputsToSave: [false, true],
    pullBack: ([dLosses], [dLogits]) => ({ logits: () => tf.mul(tf.expandDims(dLosses!, 1), dLogits!) }),
  },
};

/**
 * −log softmax(logits)[label] of each example; differentiable with respect to the logits.
 *
 * @param logits float32 [batch, numClasses]
 * @param labels int32 [batch], each in [0, numClasses)
 * @returns float32 [batch]
 */
export function softmaxCrossEntropy(logits: tf.Tensor2D, labels: tf.Tensor1D): tf.Tensor1D {
  return runOp(crossEntropyOp, { logits, labels }, {})[0] as tf.Tensor1D;
}
