// Batches for training and for evaluation, made off the main thread: decoded, cropped, augmented, with their targets.
import { join } from 'node:path';
import {
  type BatchWork,
  compiledWorker,
  evalBatchesOf,
  type ExampleSource,
  type LeftOutImages,
  trainBatchesOf,
  type TrainOrder as TrainSteps,
} from 'training-kit/data';
import { DataError } from 'training-kit/errors';
import { describeBrokenImage } from '../annotations/check-records.js';
import type { Split } from '../split.js';
import { type Augmentation, augmentations, checkAugmentation } from '../views/augment.js';
import { checkCrop, type CropSettings } from '../views/crop-settings.js';
import { type PersonArray, type PersonJob, personShapes } from './person-example.js';

export interface EvalOrder extends BatchWork {
  readonly batchSize: number;
  readonly crop: CropSettings;
  /** Takes down the images that cannot be read, where the split says to skip such. */
  readonly leftOut?: LeftOutImages;
}

/** `rng` decides augmentation too. */
export interface TrainOrder extends EvalOrder, TrainSteps {
  readonly augmentation: Augmentation;
}

export interface EvalBatch {
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

export interface TrainBatch extends EvalBatch {
  readonly step: number;
}

/**
 * The batches of steps `fromStep` to `toStep` − 1. What a batch holds follows from the split, the settings, the path of
 * `rng` and the step: a resumed run goes on with the batches that it would have had. For a person whose image cannot be
 * read the next one of the epoch stands in.
 *
 * @throws RangeError when a setting is out of range
 * @throws DataError naming file and record when an image is broken, unless the split says to skip such
 */
export async function* trainBatches(split: Split, order: TrainOrder): AsyncGenerator<TrainBatch, void, undefined> {
  const { inputSize, mapSize } = order.crop;
  checkAugmentation(order.augmentation);
  for await (const { arrays, ...batch } of trainBatchesOf(peopleOf(split, order), order)) {
    yield { ...batch, ...arrays, inputSize, mapSize };
  }
}

/**
 * Everyone of `split` once, in order, as they are, in batches of `batchSize`. Where images cannot be read a batch is
 * smaller, or is not there; the last one may be smaller too. An empty split gives none.
 *
 * @throws as `trainBatches`, and DataError when no image at all can be read
 */
export async function* evalBatches(split: Split, order: EvalOrder): AsyncGenerator<EvalBatch, void, undefined> {
  const { inputSize, mapSize } = order.crop;
  const people = peopleOf(split, { ...order, augmentation: augmentations.none });
  for await (const { arrays, ...batch } of evalBatchesOf(people, order)) {
    yield { ...batch, ...arrays, inputSize, mapSize };
  }
}

function peopleOf(
  split: Split,
  { crop, augmentation, leftOut }: Pick<TrainOrder, 'crop' | 'augmentation' | 'leftOut'>,
): ExampleSource<PersonArray> {
  checkCrop(crop);
  const { people, images, numExamples } = split;
  const job: PersonJob = { split, crop, augmentation };
  return {
    numExamples,
    shapes: personShapes(crop),
    workerUrl: compiledWorker(import.meta.url, './batch-worker.js'),
    data: job,
    async leaveOut(example) {
      if (leftOut === undefined || images.kind === 'rendered') return;
      const person = people[example]!;
      await leftOut.add(join(images.folder, person.image), () => describeBrokenImage(person, images.folder));
    },
    noneReadable() {
      if (images.kind === 'rendered') return new Error('A rendered figure cannot be unreadable.');
      const { folder } = images;
      return new DataError(
        folder,
        `Cannot read any of the images of ${numExamples} people in ${folder}.\nIs it complete and still there?`,
      );
    },
  };
}
