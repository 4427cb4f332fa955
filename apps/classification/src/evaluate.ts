// Loss and accuracy over a whole split; each example counts once.
import type { WeightSource } from 'rpg-core';
import * as tf from '@tensorflow/tfjs-core';
import { MetricSums, softmaxCrossEntropy } from 'training-kit';
import { evalBatches } from './data/batches.js';
import type { Normalization } from './data/normalization.js';
import type { Split } from './data/split.js';
import type { Classifier } from './model.js';

/** What a model does on a split. */
export interface Evaluation {
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
  const sums = new MetricSums();
  const { numClasses } = model;
  const probabilities = new Float32Array(split.numExamples * numClasses);
  const weights = source.generate(); // once for all batches
  let done = 0;
  for (const batch of evalBatches(split, BATCH_SIZE, normalization)) {
    const { losses, chances } = forward(model, weights, batch, split.imageShape);
    const numExamples = batch.labels.length;
    probabilities.set(chances, done * numClasses);
    done += numExamples;
    const ranks = [...batch.labels].map((label, i) =>
      rankOf(chances.subarray(i * numClasses, (i + 1) * numClasses), label),
    );
    sums.add('loss', losses.reduce((sum, loss) => sum + loss, 0), numExamples); // prettier-ignore
    sums.add('top1', ranks.filter((rank) => rank < 1).length, numExamples);
    sums.add('top5', ranks.filter((rank) => rank < 5).length, numExamples);
  }
  weights.dispose();
  const { loss, top1, top5 } = sums.means() as { loss: number; top1: number; top5: number };
  return { loss, top1, top5, probabilities };
}

/** How many other classes are at least as likely as the label: 0 is a hit. */
function rankOf(chances: Float32Array, label: number): number {
  const own = chances[label]!;
  return chances.reduce((rank, chance, c) => rank + (c !== label && !(chance < own) ? 1 : 0), 0);
}
