// Batches for training and for evaluation, made off the main thread: frames read or cast, seen as the network will.
import type { Rng } from 'rpg-core/rng';
import {
  batchSizeAt,
  compiledWorker,
  type LastBatch,
  type LeftOutImages,
  prefetchBatches,
  stepsPerEpoch,
} from 'training-kit/data';
import { DataError } from 'training-kit/errors';
import { type FrameName, framePath, modalities } from '../frames/frame-files.js';
import { readFrame } from '../frames/read-frame.js';
import type { FrameFolder, Split } from '../split.js';
import { type Augmentation, checkAugmentation } from '../views/augment.js';
import { type BatchArrays, type BatchJob, checkInput, type InputSettings } from './batch-maker.js';

export interface BatchWork {
  /** Threads that make batches; 1 when left out. The batches are the same. */
  readonly numWorkers?: number;
  /** Bytes of frames kept by all threads together; 512 MiB when left out. */
  readonly cacheBytes?: number;
  /** Ends the iteration with the signal's reason. */
  readonly signal?: AbortSignal;
  /** Hears of frames that cannot be read, where these are skipped. */
  readonly leftOut?: LeftOutImages | undefined;
}

export interface EvalOrder extends BatchWork {
  readonly batchSize: number;
  readonly input: InputSettings;
}

export interface TrainOrder extends EvalOrder {
  /** Dropped, every step has `batchSize` examples; kept, the last step of an epoch may have fewer. */
  readonly lastBatch: LastBatch;
  readonly augmentation: Augmentation;
  /** Decides order and augmentation, by its path alone. */
  readonly rng: Rng;
  /** First step, from 0 at the start of the run, and the one after the last. */
  readonly fromStep: number;
  readonly toStep: number;
}

/** All arrays are the consumer's own. */
export interface FrameBatch {
  readonly numExamples: number;
  readonly inputSize: number;
  /** float32 [numExamples, inputSize, inputSize, 3], normalised; `toRgbBytes` leads back */
  readonly images: Float32Array;
  /** float32 [numExamples, inputSize, inputSize], metres along the camera's axis; 0 where the mask is */
  readonly depths: Float32Array;
  /** float32 [numExamples, inputSize, inputSize]: 1 where the depth is known, else 0 */
  readonly depthMask: Float32Array;
  /** float32 [numExamples, inputSize, inputSize, 3], of length 1, x right, y down, z forward; zeros where the mask is */
  readonly normals: Float32Array;
  /** float32 [numExamples, inputSize, inputSize]: 1 where the normal is known, else 0 */
  readonly normalsMask: Float32Array;
  /** int32 [numExamples]: each frame's place in the split */
  readonly examples: Int32Array;
  /** How long the consumer waited for this batch. */
  readonly waitMs: number;
}

export interface TrainBatch extends FrameBatch {
  readonly step: number;
}

export type EvalBatch = FrameBatch;

/** About 50 frames of 2D-3D-S, or 5000 rendered ones of 64 pixels. */
const defaultCacheBytes = 512 * 1024 * 1024;

/**
 * The batches of steps `fromStep` to `toStep` − 1. What a batch holds follows from the split, the settings, the path of
 * `rng` and the step: a resumed run goes on with the batches that it would have had.
 *
 * @throws RangeError when a setting is out of range
 * @throws DataError naming the file that is missing or not what it should be
 */
export async function* trainBatches(split: Split, order: TrainOrder): AsyncGenerator<TrainBatch, void, undefined> {
  const { batchSize, lastBatch, augmentation, rng, fromStep, toStep, input } = order;
  // Looked at here too, so that a wrong setting is told before a thread starts.
  stepsPerEpoch(split.numExamples, batchSize, lastBatch);
  checkAugmentation(augmentation);
  const work = { kind: 'train', lastBatch, augmentation, rngPath: rng.path } as const;
  for await (const { step, arrays, waitMs } of makeBatches(split, order, work, fromStep, toStep)) {
    await tellBroken(split, arrays.broken, order.leftOut);
    const numExamples = batchSizeAt(step, split.numExamples, batchSize, lastBatch);
    yield { step, ...toBatch(arrays, numExamples, input), waitMs };
  }
}

/**
 * Every frame of `split` once, in order, as it is, in batches of `batchSize`; the last one may be smaller, and others
 * where frames that cannot be read are skipped. An empty split gives none.
 *
 * @throws as `trainBatches`; DataError when no frame can be read
 */
export async function* evalBatches(split: Split, order: EvalOrder): AsyncGenerator<EvalBatch, void, undefined> {
  const { batchSize, input } = order;
  if (!Number.isInteger(batchSize) || batchSize < 1) {
    throw new RangeError(`batchSize is ${batchSize}, expected an integer from 1.`);
  }
  const numSteps = Math.ceil(split.numExamples / batchSize);
  let numRead = 0;
  for await (const { arrays, waitMs } of makeBatches(split, order, { kind: 'evaluation' }, 0, numSteps)) {
    await tellBroken(split, arrays.broken, order.leftOut);
    const numExamples = arrays.examples.filter((example) => example !== -1).length;
    numRead += numExamples;
    if (numExamples > 0) yield { ...toBatch(arrays, numExamples, input), waitMs };
  }
  if (numRead > 0 || split.frames.kind !== 'files' || split.numExamples === 0) return;
  const { folder } = split.frames;
  throw new DataError(
    folder,
    `Cannot read any of the ${split.numExamples} frames in ${folder}.\nIs it complete and still there?`,
  );
}

/** Workers say which frame cannot be read; looking at it again says why. Frames with a file that is known are not read. */
async function tellBroken({ frames }: Split, broken: Int32Array, leftOut: LeftOutImages | undefined): Promise<void> {
  if (leftOut === undefined || frames.kind !== 'files') return;
  for (const example of broken) {
    if (example === -1) continue;
    const name = frames.names[example]!;
    const isKnown = modalities.some((modality) => leftOut.has(framePath(frames.folder, name, modality)));
    if (!isKnown) await tellOne(frames, name, leftOut);
  }
}

async function tellOne(frames: FrameFolder, name: FrameName, leftOut: LeftOutImages): Promise<void> {
  try {
    await readFrame(frames, name, { inputSize: 1, zoom: { min: 1, max: 1 }, maxDepth: Infinity });
    const file = framePath(frames.folder, name, 'rgb');
    const reason = `Could not read the frame of ${file} when it was needed; it can be read now.`;
    await leftOut.add(file, () => Promise.resolve(reason));
  } catch (error) {
    if (!(error instanceof DataError)) throw error;
    await leftOut.add(error.file, () => Promise.resolve(error.message));
  }
}

function makeBatches(
  split: Split,
  { batchSize, input, ...work }: EvalOrder,
  order: BatchJob['order'],
  fromStep: number,
  toStep: number,
) {
  checkInput(input);
  const { numWorkers = 1, cacheBytes = defaultCacheBytes, signal } = work;
  const job: BatchJob = { split, input, batchSize, cacheBytes: Math.floor(cacheBytes / numWorkers), order };
  return prefetchBatches({
    workerUrl: compiledWorker(import.meta.url, './batch-worker.js'),
    workerData: job,
    dtypes: {
      images: 'float32',
      depths: 'float32',
      depthMask: 'float32',
      normals: 'float32',
      normalsMask: 'float32',
      examples: 'int32',
      broken: 'int32',
    },
    fromStep,
    toStep,
    numWorkers,
    ...(signal === undefined ? {} : { signal }),
  });
}

function toBatch(arrays: BatchArrays, numExamples: number, { inputSize }: InputSettings): Omit<FrameBatch, 'waitMs'> {
  const numPixels = numExamples * inputSize * inputSize;
  return {
    numExamples,
    inputSize,
    images: arrays.images.subarray(0, 3 * numPixels),
    depths: arrays.depths.subarray(0, numPixels),
    depthMask: arrays.depthMask.subarray(0, numPixels),
    normals: arrays.normals.subarray(0, 3 * numPixels),
    normalsMask: arrays.normalsMask.subarray(0, numPixels),
    examples: arrays.examples.subarray(0, numExamples),
  };
}
