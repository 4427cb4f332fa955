// Makes the batch of any one step, of training or of an evaluation. Runs in the batch worker; tests call it directly.
import { createRng } from 'rpg-core/rng';
import {
  createExampleOrder,
  evalExamples,
  type LastBatch,
  maxTries,
  type PlacedExample,
  type StepExamples,
  trainExamples,
} from 'training-kit/data';
import { DataError } from 'training-kit/errors';
import type { Frame } from '../frames/frame.js';
import { framePath } from '../frames/frame-files.js';
import { type FrameUse, readFrame } from '../frames/read-frame.js';
import { renderFrame } from '../rendered.js';
import type { Split } from '../split.js';
import { type Augmentation, checkAugmentation, drawView } from '../views/augment.js';
import type { Normalization } from '../views/normalization.js';
import { plainView, type View } from '../views/view.js';
import { writeView } from '../views/write-view.js';
import { createFrameCache } from './frame-cache.js';

/** What a network is given; the same for training and evaluation. */
export interface InputSettings {
  /** Height and width of a view, pixels. */
  readonly inputSize: number;
  readonly normalization: Normalization;
}

/** All a worker needs to make the batches of a run: plain data. */
export interface BatchJob {
  readonly split: Split;
  readonly input: InputSettings;
  readonly batchSize: number;
  /** Bytes of frames that this worker may keep. */
  readonly cacheBytes: number;
  readonly order:
    | {
        readonly kind: 'train';
        readonly lastBatch: LastBatch;
        readonly augmentation: Augmentation;
        /** Path of the random stream that order and augmentation are forked from. */
        readonly rngPath: string;
      }
    /** Every frame once, as it is. */
    | { readonly kind: 'evaluation' };
}

/** Each with a leading axis [batchSize]; see `ViewArrays`. `examples` and `broken` are frames, by their place in the split. */
export interface BatchArrays extends StepExamples {
  readonly images: Float32Array;
  readonly depths: Float32Array;
  readonly depthMask: Float32Array;
  readonly normals: Float32Array;
  readonly normalsMask: Float32Array;
}

/**
 * Where frames that cannot be read are to be skipped, another one takes the place of such a frame in training
 * (`trainExamples`), seen by the same random draws; an evaluation goes without it.
 *
 * @returns a function that writes the batch of `step`; a batch with fewer examples fills the front of the views and
 *   leaves those behind as they were
 * @throws RangeError when a setting is out of range
 */
export function createBatchMaker(job: BatchJob): (step: number, out: BatchArrays) => Promise<void> {
  const { input, order } = job;
  checkInput(input);
  const framesOf = createFrames(job);
  const viewOf = createViewer(order);
  return async (step, out) => {
    for await (const { loaded, position } of framesOf(step, out)) {
      writeView(loaded, viewOf(step, position), input.inputSize, input.normalization, partOf(out, position, input));
    }
  };
}

/** @throws RangeError */
export function checkInput({ inputSize }: InputSettings): void {
  if (Number.isInteger(inputSize) && inputSize >= 1 && inputSize <= 1024) return;
  throw new RangeError(`inputSize is ${inputSize}, expected an integer from 1 to 1024.`);
}

function partOf(out: BatchArrays, position: number, { inputSize }: InputSettings) {
  const part = (array: Float32Array, channels: number) => {
    const length = inputSize * inputSize * channels;
    return array.subarray(position * length, (position + 1) * length);
  };
  return {
    image: part(out.images, 3),
    depths: part(out.depths, 1),
    depthMask: part(out.depthMask, 1),
    normals: part(out.normals, 3),
    normalsMask: part(out.normalsMask, 1),
  };
}

/** A view follows from step and position alone, not from what was drawn before. */
function createViewer(order: BatchJob['order']): (step: number, position: number) => View {
  if (order.kind === 'evaluation') return () => plainView;
  const { augmentation, rngPath } = order;
  checkAugmentation(augmentation);
  const rng = createRng(rngPath).fork('augment');
  return (step, position) => drawView(augmentation, rng.fork(step).fork(position));
}

/** The frames of a step, one after the other. */
function createFrames(
  job: BatchJob,
): (step: number, out: StepExamples) => AsyncGenerator<PlacedExample<Frame>, void, undefined> {
  const { split, batchSize, order } = job;
  const load = createLoader(job);
  const sizes = { numExamples: split.numExamples, batchSize };
  if (order.kind === 'evaluation') return (step, out) => evalExamples(sizes, step, load, out);
  const ofSteps = createExampleOrder(order.rngPath, { ...sizes, lastBatch: order.lastBatch });
  return (step, out) => trainExamples(ofSteps, step, load, out, (wanted) => noneLoadable(split, wanted));
}

/** Undefined for a frame that cannot be read, where such are skipped; elsewhere they end the run. */
function createLoader(job: BatchJob): (example: number) => Promise<Frame | undefined> {
  const { frames } = job.split;
  const cache = createFrameCache(job.cacheBytes, createFrameLoader(job));
  const isSkipping = frames.kind === 'files' && frames.onBadImage === 'skip';
  const broken = new Set<number>();
  return async (example) => {
    if (broken.has(example)) return undefined;
    try {
      return await cache.get(example);
    } catch (error) {
      if (!isSkipping || !(error instanceof DataError)) throw error;
      broken.add(example);
      return undefined;
    }
  };
}

function noneLoadable({ frames, numExamples }: Split, example: number): Error {
  if (frames.kind !== 'files') return new Error('A rendered room cannot be unreadable.');
  const numTried = Math.min(maxTries, numExamples);
  const file = framePath(frames.folder, frames.names[example]!, 'rgb');
  return new DataError(
    file,
    `Cannot read the frame of ${file}, nor any of those that came next; ${numTried} were tried.\nIs ${frames.folder} ` +
      'complete and still there?',
  );
}

function createFrameLoader({ split: { frames, maxDepth }, input, order }: BatchJob) {
  const zoom = order.kind === 'train' ? order.augmentation.zoom : { min: 1, max: 1 };
  const use: FrameUse = { inputSize: input.inputSize, zoom, maxDepth };
  return (example: number) =>
    frames.kind === 'files'
      ? readFrame(frames, frames.names[example]!, use)
      : renderFrame(frames.rooms?.[example] ?? example, frames.sizePx, frames.rngPath, use);
}
