// Training batches, made off the main thread: shuffled anew in every epoch, augmented, normalised.
import { placesOf } from '../batches/batch-part.js';
import type { TrainOrder } from '../batches/example-batches.js';
import { batchSizeAt, stepsPerEpoch } from '../batches/example-order.js';
import { compiledWorker, prefetchBatches } from '../batches/prefetch.js';
import { type Augmentation, checkAugmentation } from './augment.js';
import { type ImageArrays, imageSizeBytes } from './image-arrays.js';
import type { Normalization } from './normalization.js';
import type { TrainBatch } from './split.js';
import type { TrainBatchJob } from './train-batch-maker.js';

/** What `Split.trainBatches` is asked for, with the settings of images in memory. */
export interface MemoryTrainOrder extends TrainOrder {
  readonly augmentation: Augmentation;
  readonly normalization: Normalization;
  /** Threads that make batches; 1 when left out, which makes a thousand a second. The batches are the same. */
  readonly numWorkers?: number;
}

/**
 * The batches of steps `fromStep` to `toStep` − 1. What a batch holds follows from the images, the settings, the path of
 * `rng` and the step: a resumed run goes on with the batches that it would have had.
 *
 * @throws RangeError when the batch size or an augmentation setting is out of range
 */
export async function* trainBatches(
  arrays: ImageArrays,
  order: MemoryTrainOrder,
): AsyncGenerator<TrainBatch, void, undefined> {
  const { batchSize, lastBatch, part, augmentation, normalization, rng, fromStep, toStep } = order;
  // Looked at here too, so that a wrong setting is told before a thread starts.
  stepsPerEpoch(arrays.numExamples, batchSize, lastBatch);
  checkAugmentation(augmentation);
  const places = placesOf(part, batchSize);

  const job: TrainBatchJob = { arrays, normalization, augmentation, batchSize, lastBatch, part, rngPath: rng.path };
  const { imageShape } = arrays;
  const made = prefetchBatches({
    workerUrl: compiledWorker(import.meta.url, './batch-worker.js'),
    workerData: job,
    dtypes: { images: 'float32', labels: 'int32' },
    fromStep,
    toStep,
    ...(order.numWorkers === undefined ? {} : { numWorkers: order.numWorkers }),
    ...(order.signal === undefined ? {} : { signal: order.signal }),
  });
  for await (const { step, arrays: batch, waitMs } of made) {
    const numExamples = Math.min(places.size, batchSizeAt(step, arrays.numExamples, batchSize, lastBatch));
    const images = batch.images.subarray(0, numExamples * imageSizeBytes(imageShape));
    yield { step, numExamples, images, labels: batch.labels.subarray(0, numExamples), imageShape, waitMs };
  }
}
