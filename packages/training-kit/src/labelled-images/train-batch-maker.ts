// Makes the augmented training batch of any one step. Runs in the batch worker; tests call it directly.
import { createRng } from 'rpg-core/rng';
import type { BatchPart } from '../batches/batch-part.js';
import { createExampleOrder, type LastBatch } from '../batches/example-order.js';
import { type Augmentation, checkAugmentation, drawView, writeView } from './augment.js';
import { type ImageArrays, imageAt, imageSizeBytes } from './image-arrays.js';
import { type Normalization, normalizationTable } from './normalization.js';

/** All a worker needs to make the batches of a run: plain data, images and labels shared instead of copied. */
export interface TrainBatchJob {
  readonly arrays: ImageArrays;
  readonly normalization: Normalization;
  readonly augmentation: Augmentation;
  readonly batchSize: number;
  readonly lastBatch: LastBatch;
  /** The part of each batch that is made; the whole when left out. */
  readonly part?: BatchPart | undefined;
  /** Path of the random stream that order and augmentation are forked from. */
  readonly rngPath: string;
}

/**
 * @returns a function that writes the batch of `step`: images float32 [batchSize, height, width, 3], labels int32
 *   [batchSize]; a kept last batch of an epoch fills the front and leaves the rest as it was
 * @throws RangeError when the batch size or an augmentation setting is out of range
 */
export function createTrainBatchMaker(job: TrainBatchJob): (step: number, out: BatchArrays) => void {
  const { arrays, augmentation } = job;
  checkAugmentation(augmentation);
  const order = createExampleOrder(job.rngPath, { ...job, numExamples: arrays.numExamples });
  const augmentRng = createRng(job.rngPath).fork('augment');
  const table = normalizationTable(job.normalization);
  const imageLength = imageSizeBytes(arrays.imageShape);
  return (step, { images, labels }) => {
    const rng = augmentRng.fork(step);
    for (let i = 0; i < order.firstPosition; i++) drawView(augmentation, arrays.imageShape, rng); // one stream a batch
    for (const [i, example] of order.examplesOf(step).entries()) {
      const view = drawView(augmentation, arrays.imageShape, rng);
      const out = images.subarray(i * imageLength, (i + 1) * imageLength);
      writeView(imageAt(arrays, example), arrays.imageShape, view, table, out);
      labels[i] = arrays.labels[example]!;
    }
  };
}

export interface BatchArrays {
  readonly images: Float32Array;
  readonly labels: Int32Array;
}
