// Makes the batch of any one step, of training or of an evaluation. Runs in the batch worker; tests call it directly.
import { join } from 'node:path';
import { createRng } from 'rpg-core/rng';
import {
  createExampleOrder,
  evalExamples,
  type LastBatch,
  maxTries,
  type StepExamples,
  trainExamples,
} from 'training-kit/data';
import { DataError, reasonOf } from 'training-kit/errors';
import { type DecodedImage, decodeImage } from 'training-kit/images';
import { brokenImageError } from '../annotations/check-records.js';
import type { PersonRecord } from '../annotations/person-record.js';
import { numJoints } from '../joints.js';
import { renderImage } from '../rendered.js';
import type { Split } from '../split.js';
import { type Augmentation, checkAugmentation, type DrawnView, drawView } from '../views/augment.js';
import { type BoxRuleName, boxRules, cropBoxOf, cropToImage, imageToCrop, plainView } from '../views/crop.js';
import type { Normalization } from '../views/normalization.js';
import { type TargetSettings, writeTargets } from '../views/targets.js';
import { writeCrop } from '../views/warp.js';
import { createDecodeCache } from './decode-cache.js';

/** What crops and their heat maps are like; the same for training and evaluation. */
export interface CropSettings extends TargetSettings {
  readonly boxRule: BoxRuleName;
  /** Height and width of a crop; `mapSize` is that of its heat maps. */
  readonly inputSize: number;
  readonly normalization: Normalization;
}

/** All a worker needs to make the batches of a run: plain data. */
export interface BatchJob {
  readonly split: Split;
  readonly crop: CropSettings;
  readonly batchSize: number;
  /** Bytes of decoded images that this worker may keep. */
  readonly cacheBytes: number;
  readonly order:
    | TrainJobOrder
    /** Everyone once, as they are. */
    | { readonly kind: 'evaluation' };
}

interface TrainJobOrder {
  readonly kind: 'train';
  readonly lastBatch: LastBatch;
  readonly augmentation: Augmentation;
  /** Path of the random stream that order and augmentation are forked from. */
  readonly rngPath: string;
}

/** `examples` and `broken` are people, by their place in the split. */
export interface BatchArrays extends StepExamples {
  /** float32 [batchSize, inputSize, inputSize, 3], normalised */
  readonly images: Float32Array;
  /** float32 [batchSize, mapSize, mapSize, 16] */
  readonly targets: Float32Array;
  /** float32 [batchSize, 16]: 1 where the target counts, else 0 */
  readonly weights: Float32Array;
}

const uncoloured: DrawnView = { ...plainView, colorFactors: [1, 1, 1] };

/**
 * In training the next person of the epoch whose image can be read stands in for one whose image cannot, seen by the same
 * random draws. An evaluation leaves such people out.
 *
 * @returns a function that writes the batch of `step` into arrays of zeros; a batch with fewer examples fills the front
 *   and leaves the images, targets and weights behind as they were
 * @throws RangeError when a setting is out of range
 */
export function createBatchMaker(job: BatchJob): (step: number, out: BatchArrays) => Promise<void> {
  checkCrop(job.crop);
  const { order } = job;
  return order.kind === 'train' ? trainBatchMaker(job, order) : evalBatchMaker(job);
}

function trainBatchMaker(job: BatchJob, { rngPath, lastBatch, augmentation }: TrainJobOrder) {
  const { split, crop } = job;
  checkAugmentation(augmentation);
  const imageOf = createImageLoader(job);
  const order = createExampleOrder(rngPath, { ...job, numExamples: split.numExamples, lastBatch });
  const rng = createRng(rngPath).fork('augment');
  return async (step: number, out: BatchArrays) => {
    const examples = trainExamples(order, step, imageOf, out, (wanted) => noneReadable(split, wanted));
    for await (const { example, loaded, position } of examples) {
      // A view follows from step and position alone, not from what was drawn before.
      const view = drawView(augmentation, rng.fork(step).fork(position));
      writeExample(loaded, split.people[example]!, view, crop, position, out);
    }
  };
}

function evalBatchMaker(job: BatchJob) {
  const { split, crop, batchSize } = job;
  const sizes = { numExamples: split.numExamples, batchSize };
  const imageOf = createImageLoader(job);
  return async (step: number, out: BatchArrays) => {
    for await (const { example, loaded, position } of evalExamples(sizes, step, imageOf, out)) {
      writeExample(loaded, split.people[example]!, uncoloured, crop, position, out);
    }
  };
}

/** @throws RangeError */
export function checkCrop({ inputSize, mapSize, sigmaPx }: CropSettings): void {
  for (const [name, value] of Object.entries({ inputSize, mapSize })) {
    if (!Number.isInteger(value) || value < 1 || value > 1024) {
      throw new RangeError(`${name} is ${value}, expected an integer from 1 to 1024.`);
    }
  }
  if (!(sigmaPx > 0)) throw new RangeError(`sigmaPx is ${sigmaPx}, expected a number above 0.`);
}

function writeExample(
  image: DecodedImage,
  person: PersonRecord,
  view: DrawnView,
  crop: CropSettings,
  position: number,
  { images, targets, weights }: BatchArrays,
): void {
  const box = cropBoxOf(person, boxRules[crop.boxRule]);
  const part = (array: Float32Array, length: number) => array.subarray(position * length, (position + 1) * length);
  const toImage = cropToImage(box, crop.inputSize, view);
  const pixels = part(images, crop.inputSize * crop.inputSize * 3);
  writeCrop(image, toImage, crop.inputSize, view.colorFactors, crop.normalization, pixels);
  const toMap = imageToCrop(box, crop.mapSize, view);
  const maps = part(targets, crop.mapSize * crop.mapSize * numJoints);
  writeTargets(person, toMap, view.isFlipped, crop, maps, part(weights, numJoints));
}

/** Undefined for an image that does not decode, where the run goes on without it. */
function createImageLoader({
  split,
  crop,
  cacheBytes,
}: BatchJob): (example: number) => Promise<DecodedImage | undefined> {
  const cache = createDecodeCache(cacheBytes);
  const broken = new Set<number>();
  const load = async (example: number): Promise<DecodedImage> => {
    const source = split.images;
    if (source.kind === 'rendered') {
      return renderImage(source.figures?.[example] ?? example, source.sizePx, source.rngPath);
    }
    const person = split.people[example]!;
    const { sizePx } = cropBoxOf(person, boxRules[crop.boxRule]);
    return decodeImage(join(source.folder, person.image), { minDensity: crop.inputSize / sizePx });
  };
  return async (example) => {
    if (broken.has(example)) return undefined;
    try {
      return await cache.get(example, () => load(example));
    } catch (cause) {
      if (split.images.kind === 'rendered') throw cause;
      const problem = reasonOf(cause);
      if (split.images.onBadImage === 'stop') throw brokenImageError(split.people[example]!, problem, cause);
      broken.add(example);
      return undefined;
    }
  };
}

function noneReadable({ people, images }: Split, wanted: number): DataError {
  const { image, origin } = people[wanted]!;
  const folder = images.kind === 'files' ? images.folder : origin.file;
  return new DataError(
    join(folder, image),
    `Cannot read ${join(folder, image)}, nor any of the images that came next; ${Math.min(maxTries, people.length)} were ` +
      `tried.\nIs ${folder} complete and still there?`,
  );
}
