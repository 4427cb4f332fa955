// Batches for training and for evaluation, made off the main thread: frames read or cast, seen as the network will.
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
import { type FrameName, framePath, modalities } from '../frames/frame-files.js';
import { readFrame } from '../frames/read-frame.js';
import type { FrameFolder, Split } from '../split.js';
import { type Augmentation, augmentations, checkAugmentation } from '../views/augment.js';
import { checkInput, type InputSettings } from '../views/input-settings.js';
import { type FrameArray, type FrameJob, frameShapes } from './frame-example.js';

export interface EvalOrder extends BatchWork {
  readonly batchSize: number;
  readonly input: InputSettings;
  /** Hears of frames that cannot be read, where these are skipped. */
  readonly leftOut?: LeftOutImages | undefined;
}

/** `rng` decides augmentation too. */
export interface TrainOrder extends EvalOrder, TrainSteps {
  readonly augmentation: Augmentation;
}

/** All arrays are the consumer's own. */
export interface EvalBatch {
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

export interface TrainBatch extends EvalBatch {
  readonly step: number;
}

/**
 * The batches of steps `fromStep` to `toStep` − 1. What a batch holds follows from the split, the settings, the path of
 * `rng` and the step: a resumed run goes on with the batches that it would have had.
 *
 * @throws RangeError when a setting is out of range
 * @throws DataError naming the file that is missing or not what it should be
 */
export async function* trainBatches(split: Split, order: TrainOrder): AsyncGenerator<TrainBatch, void, undefined> {
  const { inputSize } = order.input;
  checkAugmentation(order.augmentation);
  for await (const { arrays, ...batch } of trainBatchesOf(framesOf(split, order), order)) {
    yield { ...batch, ...arrays, inputSize };
  }
}

/**
 * Every frame of `split` once, in order, as it is, in batches of `batchSize`; the last one may be smaller, and others
 * where frames that cannot be read are skipped. An empty split gives none.
 *
 * @throws as `trainBatches`; DataError when no frame can be read
 */
export async function* evalBatches(split: Split, order: EvalOrder): AsyncGenerator<EvalBatch, void, undefined> {
  const { inputSize } = order.input;
  const frames = framesOf(split, { ...order, augmentation: augmentations.none });
  for await (const { arrays, ...batch } of evalBatchesOf(frames, order)) yield { ...batch, ...arrays, inputSize };
}

function framesOf(
  split: Split,
  { input, augmentation, leftOut }: Pick<TrainOrder, 'input' | 'augmentation' | 'leftOut'>,
): ExampleSource<FrameArray> {
  checkInput(input);
  const { frames, numExamples } = split;
  const job: FrameJob = { split, input, augmentation };
  return {
    numExamples,
    shapes: frameShapes(input),
    workerUrl: compiledWorker(import.meta.url, './batch-worker.js'),
    data: job,
    async leaveOut(example) {
      if (leftOut === undefined || frames.kind === 'rendered') return;
      await tellLeftOut(frames, frames.names[example]!, leftOut);
    },
    noneReadable() {
      if (frames.kind === 'rendered') return new Error('A rendered room cannot be unreadable.');
      const { folder } = frames;
      return new DataError(
        folder,
        `Cannot read any of the ${numExamples} frames in ${folder}.\nIs it complete and still there?`,
      );
    },
  };
}

/** Workers say which frame cannot be read; looking at it again says why. Frames with a file that is known are not read. */
async function tellLeftOut(frames: FrameFolder, name: FrameName, leftOut: LeftOutImages): Promise<void> {
  if (modalities.some((modality) => leftOut.has(framePath(frames.folder, name, modality)))) return;
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
