// Loss and accuracy over a whole split; each example counts once.
import type { Weights, WeightSource } from 'rpg-core';
import * as tf from '@tensorflow/tfjs-core';
import { MetricSums, softmaxCrossEntropy } from 'training-kit';
import { evalBatches, type EvalBatch } from './data/eval-batches.js';
import type { Normalization } from './data/normalization.js';
import type { Split } from './data/split.js';
import type { Classifier } from './model.js';

/** What a model does on a split. */
export interface Evaluation {
  readonly numExamples: number;
  /** Mean cross-entropy, nats. */
  readonly loss: number;
  /** Share of examples whose label has the largest logit. */
  readonly top1: number;
  /** Share of examples whose label is among the five largest logits; a tie counts against the model. */
  readonly top5: number;
  /** float32 [numExamples, numClasses], in the split's order. */
  readonly probabilities: Float32Array;
}

/** Examples a forward pass; memory grows with it, results do not depend on it. */
const BATCH_SIZE = 250;

/**
 * Evaluates with the moving averages of the norms.
 *
 * @throws RangeError for an empty split
 */
export function evaluate(
  model: Classifier,
  source: WeightSource,
  split: Split,
  normalization: Normalization,
): Evaluation {
  if (split.numExamples === 0) throw new RangeError('evaluate: the split is empty; accuracy has no meaning there.');
  const sums = new MetricSums();
  const { numClasses } = model;
  const probabilities = new Float32Array(split.numExamples * numClasses);
  const weights = source.generate(); // once for all batches
  for (const batch of evalBatches(split, { batchSize: BATCH_SIZE, normalization })) {
    const { losses, chances } = predict(model, weights, batch);
    probabilities.set(chances, batch.firstExample * numClasses);
    const ranks = Array.from(batch.labels, (label, i) =>
      rankOf(label, chances.subarray(i * numClasses, (i + 1) * numClasses)),
    );
    const lossSum = losses.reduce((sum, loss) => sum + loss, 0);
    sums.add('loss', lossSum, batch.numExamples);
    sums.add('top1', ranks.filter((rank) => rank < 1).length, batch.numExamples);
    sums.add('top5', ranks.filter((rank) => rank < 5).length, batch.numExamples);
  }
  weights.dispose();
  return {
    ...(sums.means() as { loss: number; top1: number; top5: number }),
    probabilities,
    numExamples: split.numExamples,
  };
}

/** Losses [numExamples] and probabilities [numExamples, numClasses] of one batch. */
function predict(
  model: Classifier,
  weights: Weights,
  batch: EvalBatch,
): { losses: Float32Array; chances: Float32Array } {
  const [losses, chances] = tf.tidy(() => {
    const images = tf.tensor4d(batch.images, [batch.numExamples, ...batch.imageShape]);
    const logits = model.apply(weights, images, { isTraining: false });
    return [softmaxCrossEntropy(logits, tf.tensor1d(batch.labels, 'int32')), tf.softmax(logits)] as const;
  });
  const read = { losses: losses.dataSync<'float32'>(), chances: chances.dataSync<'float32'>() };
  tf.dispose([losses, chances]);
  return read;
}

/** How many other classes are at least as likely as the label: 0 is a hit. */
function rankOf(label: number, chances: Float32Array): number {
  const own = chances[label]!;
  return chances.reduce((rank, chance, c) => rank + (c !== label && !(chance < own) ? 1 : 0), 0);
}
