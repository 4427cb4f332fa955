// Loss and accuracy of a classifier over a whole split; each example counts once.
import * as tf from '@tensorflow/tfjs-core';
import type { EvalBatch, Split } from '../labelled-images/split.js';
import { softmaxCrossEntropy } from '../loop/cross-entropy.js';
import { type InterruptRequest, untilInterrupted } from '../loop/interrupt.js';
import { MetricSums } from '../loop/metric-sums.js';

/** What a classifier does on a split. */
export interface Evaluation {
  /** Examples that counted: all of the split but those whose image cannot be read. */
  readonly numExamples: number;
  /** int32 [numExamples], their places in the split. */
  readonly examples: Int32Array;
  /** Mean cross-entropy, nats. */
  readonly loss: number;
  /** Share of examples whose label has the largest logit. */
  readonly top1: number;
  /** Share of examples whose label is among the five largest logits; a tie counts against the model. */
  readonly top5: number;
  /** float32 [numExamples, numClasses], in the order of `examples`. */
  readonly probabilities: Float32Array;
}

/** A classifier with its weights, ready to be asked. */
export interface TrainedClassifier {
  readonly numClasses: number;
  /**
   * @param images float32 [batch, height, width, 3], normalised
   * @returns logits [batch, numClasses]; the caller disposes them
   */
  readonly logitsOf: (images: tf.Tensor4D) => tf.Tensor2D;
}

export interface EvaluationOptions {
  /** For classifiers that need much memory an image. */
  readonly maxBatchSize?: number;
  /** Asked once a batch. */
  readonly interrupt?: InterruptRequest | undefined;
}

/** Examples a forward pass, fewer of large images: memory grows with their pixels, results do not depend on it. */
const MAX_BATCH_SIZE = 250;
const MAX_BATCH_PIXELS = 64 * 224 * 224;

/** Examples of a forward pass without training. @param imageShape [height, width, channels] */
export function evaluationBatchSize([height, width]: Split['imageShape'], maxBatchSize = MAX_BATCH_SIZE): number {
  return Math.max(1, Math.min(maxBatchSize, Math.floor(MAX_BATCH_PIXELS / (height * width))));
}

/**
 * Asks a classifier about every example of a split.
 *
 * @throws RangeError for an empty split, and for a network that has diverged: a loss that is not finite
 * @throws Interrupted once `interrupt` asks for an end
 * @throws DataError when none of its images can be read
 */
export async function evaluateClassifier(
  { numClasses, logitsOf }: TrainedClassifier,
  split: Split,
  { maxBatchSize, interrupt }: EvaluationOptions = {},
): Promise<Evaluation> {
  if (split.numExamples === 0) throw new RangeError('evaluate: the split is empty; accuracy has no meaning there.');
  const sums = new MetricSums();
  const probabilities = new Float32Array(split.numExamples * numClasses);
  const examples = new Int32Array(split.numExamples);
  let numExamples = 0;
  const batchSize = evaluationBatchSize(split.imageShape, maxBatchSize);
  for await (const batch of untilInterrupted(split.evalBatches({ batchSize }), interrupt)) {
    const { losses, chances } = predict(logitsOf, batch);
    probabilities.set(chances, numExamples * numClasses);
    examples.set(batch.examples, numExamples);
    numExamples += batch.numExamples;
    const ranks = Array.from(batch.labels, (label, i) =>
      rankOf([label], chances.subarray(i * numClasses, (i + 1) * numClasses)),
    );
    const lossSum = losses.reduce((sum, loss) => sum + loss, 0);
    sums.add('loss', lossSum, batch.numExamples);
    sums.add('top1', ranks.filter((rank) => rank < 1).length, batch.numExamples);
    sums.add('top5', ranks.filter((rank) => rank < 5).length, batch.numExamples);
  }
  const means = sums.means() as { loss: number; top1: number; top5: number };
  if (!Number.isFinite(means.loss)) {
    throw new RangeError(
      `evaluate: the mean loss of ${numExamples} examples is ${means.loss}; the network has diverged. Where there is ` +
        'an earlier checkpoint, that one may be sound.',
    );
  }
  return {
    ...means,
    numExamples,
    examples: examples.subarray(0, numExamples),
    probabilities: probabilities.subarray(0, numExamples * numClasses),
  };
}

/** Losses [numExamples] and probabilities [numExamples, numClasses] of one batch. */
function predict(
  logitsOf: TrainedClassifier['logitsOf'],
  batch: EvalBatch,
): { losses: Float32Array; chances: Float32Array } {
  const [losses, chances] = tf.tidy(() => {
    const images = tf.tensor4d(batch.images, [batch.numExamples, ...batch.imageShape]);
    const logits = logitsOf(images);
    return [softmaxCrossEntropy(logits, tf.tensor1d(batch.labels, 'int32')), tf.softmax(logits)] as const;
  });
  const read = { losses: losses.dataSync<'float32'>(), chances: chances.dataSync<'float32'>() };
  tf.dispose([losses, chances]);
  return read;
}

/**
 * How many wrong classes score at least as high as the best of the right ones: 0 is a hit.
 *
 * @param scores logits or probabilities of all classes
 */
export function rankOf(rightClasses: readonly number[], scores: Float32Array): number {
  const best = Math.max(...rightClasses.map((right) => scores[right]!));
  return scores.reduce((rank, score, c) => rank + (!(score < best) && !rightClasses.includes(c) ? 1 : 0), 0);
}
