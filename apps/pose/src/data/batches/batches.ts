// Batches for training and for evaluation, made off the main thread: decoded, cropped, augmented, with their targets.
import { join } from 'node:path';
import type { Rng } from 'rpg-core';
import { compiledWorker, type LastBatch, type LeftOutImages, prefetchBatches, stepsPerEpoch } from 'training-kit/data';
import { DataError } from 'training-kit/errors';
import { describeBrokenImage } from '../annotations/check-records.js';
import { numJoints } from '../joints.js';
import type { Split } from '../split.js';
import { type Augmentation, checkAugmentation } from '../views/augment.js';
import { type BatchArrays, type BatchJob, checkCrop, type CropSettings } from './batch-maker.js';

export interface BatchWork {
  /** Threads that make batches; 1 when left out. The batches are the same. */
  readonly numWorkers?: number;
  /** Bytes of decoded images kept by all threads together; 512 MiB when left out. */
  readonly cacheBytes?: number;
  /** Ends the iteration with the signal's reason. */
  readonly signal?: AbortSignal;
  /** Takes down the images that cannot be read, where the split says to skip such. */
  readonly leftOut?: LeftOutImages;
}

export interface TrainOrder extends BatchWork {
  readonly batchSize: number;
  /** Dropped, every step has `batchSize` examples; kept, the last step of an epoch may have fewer. */
  readonly lastBatch: LastBatch;
  readonly crop: CropSettings;
  readonly augmentation: Augmentation;
  /** Decides order and augmentation, by its path alone. */
  readonly rng: Rng;
  /** First step, from 0 at the start of the run, and the one after the last. */
  readonly fromStep: number;
  readonly toStep: number;
}

export interface EvalOrder extends BatchWork {
  readonly batchSize: number;
  readonly crop: CropSettings;
}

export interface PoseBatch {
  readonly numExamples: number;
  /** float32 [numExamples, inputSize, inputSize, 3], normalised; the consumer's own, as the other arrays */
  readonly images: Float32Array;
  /** float32 [numExamples, mapSize, mapSize, 16]: Gaussians of peak 1 */
  readonly targets: Float32Array;
  /** float32 [numExamples, 16]: 1 where the target counts; 0 for joints that are missing or off the map */
  readonly weights: Float32Array;
  /** int32 [numExamples]: each person's place in the split */
  readonly examples: Int32Array;
  /** Places in the split of those who should have been here, but whose image cannot be read. */
  readonly broken: readonly number[];
  readonly inputSize: number;
  readonly mapSize: number;
  /** How long the consumer waited for this batch. */
  readonly waitMs: number;
}

export interface TrainBatch extends PoseBatch {
  readonly step: number;
}

export type EvalBatch = PoseBatch;

/** A few hundred photographs, or all of the rendered set. */
const defaultCacheBytes = 512 * 1024 * 1024;

/**
 * The batches of steps `fromStep` to `toStep` − 1. What a batch holds follows from the split, the settings, the path of
 * `rng` and the step: a resumed run goes on with the batches that it would have had.
 *
 * @throws RangeError when a setting is out of range
 * @throws DataError naming file and record when an image is broken, unless the split says to skip such
 */
export async function* trainBatches(split: Split, order: TrainOrder): AsyncGenerator<TrainBatch, void, undefined> {
  const { batchSize, lastBatch, augmentation, rng, fromStep, toStep, crop } = order;
  // Looked at here too, so that a wrong setting is told before a thread starts.
  stepsPerEpoch(split.numExamples, batchSize, lastBatch);
  checkAugmentation(augmentation);
  const batches = makeBatches(
    split,
    order,
    { kind: 'train', lastBatch, augmentation, rngPath: rng.path },
    fromStep,
    toStep,
  );
  for await (const { step, arrays, waitMs } of batches) {
    const batch = toBatch(arrays, crop);
    await takeDown(batch.broken, split, order.leftOut);
    yield { step, ...batch, waitMs };
  }
}

/**
 * Everyone of `split` once, in order, as they are, in batches of `batchSize`. Where images cannot be read a batch is
 * smaller, or is not there; the last one may be smaller too. An empty split gives none.
 *
 * @throws as `trainBatches`, and DataError when no image at all can be read
 */
export async function* evalBatches(split: Split, order: EvalOrder): AsyncGenerator<EvalBatch, void, undefined> {
  const { batchSize, crop } = order;
  if (!Number.isInteger(batchSize) || batchSize < 1) {
    throw new RangeError(`batchSize is ${batchSize}, expected an integer from 1.`);
  }
  const numSteps = Math.ceil(split.numExamples / batchSize);
  let numRead = 0;
  for await (const { arrays, waitMs } of makeBatches(split, order, { kind: 'evaluation' }, 0, numSteps)) {
    const batch = toBatch(arrays, crop);
    await takeDown(batch.broken, split, order.leftOut);
    numRead += batch.numExamples;
    if (batch.numExamples > 0) yield { ...batch, waitMs };
  }
  if (numRead === 0 && split.numExamples > 0 && split.images.kind === 'files') {
    const { folder } = split.images;
    throw new DataError(
      folder,
      `Cannot read any of the images of ${split.numExamples} people in ${folder}.\nIs it complete and still there?`,
    );
  }
}

async function takeDown(broken: readonly number[], split: Split, leftOut: LeftOutImages | undefined): Promise<void> {
  if (split.images.kind !== 'files' || leftOut === undefined) return;
  const { folder } = split.images;
  for (const example of broken) {
    const person = split.people[example]!;
    await leftOut.add(join(folder, person.image), () => describeBrokenImage(person, folder));
  }
}

function makeBatches(
  split: Split,
  { batchSize, crop, ...work }: EvalOrder,
  order: BatchJob['order'],
  fromStep: number,
  toStep: number,
) {
  checkCrop(crop);
  const { numWorkers = 1, cacheBytes = defaultCacheBytes, signal } = work;
  const job: BatchJob = { split, crop, batchSize, cacheBytes: Math.floor(cacheBytes / numWorkers), order };
  return prefetchBatches({
    workerUrl: compiledWorker(import.meta.url, './batch-worker.js'),
    workerData: job,
    dtypes: { images: 'float32', targets: 'float32', weights: 'float32', examples: 'int32', broken: 'int32' },
    fromStep,
    toStep,
    numWorkers,
    ...(signal === undefined ? {} : { signal }),
  });
}

function toBatch(
  { images, targets, weights, examples, broken }: BatchArrays,
  { inputSize, mapSize }: CropSettings,
): Omit<PoseBatch, 'waitMs'> {
  const isThere = (example: number) => example !== -1;
  const present = examples.filter(isThere);
  const numExamples = present.length;
  return {
    numExamples,
    images: images.subarray(0, numExamples * inputSize * inputSize * 3),
    targets: targets.subarray(0, numExamples * mapSize * mapSize * numJoints),
    weights: weights.subarray(0, numExamples * numJoints),
    examples: present,
    broken: Array.from(broken.filter(isThere)),
    inputSize,
    mapSize,
  };
}
