// Training batches, made off the main thread: shuffled anew in every epoch, augmented, normalised.
import type { Rng } from 'rpg-core';
import { compiledWorker, prefetchBatches } from 'training-kit';
import { checkAugmentation, type Augmentation } from './augment.js';
import { batchSizeAt, stepsPerEpoch, type LastBatch } from './example-order.js';
import type { Normalization } from './normalization.js';
import { imageSizeBytes, type ImageShape, type Split } from './split.js';
import type { TrainBatchJob } from './train-batch-maker.js';

export interface TrainOrder {
  readonly batchSize: number;
  /** Dropped, every step has `batchSize` examples; kept, the last step of an epoch may have fewer. */
  readonly lastBatch: LastBatch;
  readonly augmentation: Augmentation;
  readonly normalization: Normalization;
  /** Decides order and augmentation, by its path alone. */
  readonly rng: Rng;
  /** First step, from 0 at the start of the run, and the one after the last. */
  readonly fromStep: number;
  readonly toStep: number;
  /** Threads that make batches; 1 when left out, which makes a thousand a second. The batches are the same. */
  readonly numWorkers?: number;
  /** Ends the iteration with the signal's reason. */
  readonly signal?: AbortSignal;
}

export interface TrainBatch {
  readonly step: number;
  readonly numExamples: number;
  /** float32 [numExamples, height, width, 3], normalised; the consumer's own */
  readonly images: Float32Array;
  /** int32 [numExamples] */
  readonly labels: Int32Array;
  readonly imageShape: ImageShape;
  /** How long the consumer waited for this batch. */
  readonly waitMs: number;
}

/**
 * The batches of steps `fromStep` to `toStep` − 1. What a batch holds follows from the split, the settings, the path of
 * `rng` and the step: a resumed run goes on with the batches that it would have had.
 *
 * @throws RangeError when the batch size or an augmentation setting is out of range
 */
export async function* trainBatches(split: Split, order: TrainOrder): AsyncGenerator<TrainBatch, void, undefined> {
  const { batchSize, lastBatch, augmentation, normalization, rng, fromStep, toStep } = order;
  // Looked at here too, so that a wrong setting is told before a thread starts.
  stepsPerEpoch(split.numExamples, batchSize, lastBatch);
  checkAugmentation(augmentation);

  const job: TrainBatchJob = { split, normalization, augmentation, batchSize, lastBatch, rngPath: rng.path };
  const { imageShape } = split;
  const made = prefetchBatches({
    workerUrl: compiledWorker(import.meta.url, './batch-worker.js'),
    workerData: job,
    dtypes: { images: 'float32', labels: 'int32' },
    fromStep,
    toStep,
    ...(order.numWorkers === undefined ? {} : { numWorkers: order.numWorkers }),
    ...(order.signal === undefined ? {} : { signal: order.signal }),
  });
  for await (const { step, arrays, waitMs } of made) {
    const numExamples = batchSizeAt(step, split.numExamples, batchSize, lastBatch);
    const images = arrays.images.subarray(0, numExamples * imageSizeBytes(imageShape));
    yield { step, numExamples, images, labels: arrays.labels.subarray(0, numExamples), imageShape, waitMs };
  }
}
