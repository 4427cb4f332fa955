// Makes the batch of any one step, of training or of an evaluation. Runs in the batch worker; tests call it directly.
import { createRng } from 'rpg-core/rng';
import { createExampleOrder, type LastBatch } from 'training-kit/example-order';
import { checkAugmentation, drawView, type Augmentation } from './augment.js';
import { createFrameCache } from './frame-cache.js';
import type { Normalization } from './normalization.js';
import { readFrame, type FrameUse } from './read-frame.js';
import { renderFrame } from './rendered.js';
import type { Split } from './split.js';
import { plainView, type View } from './view.js';
import { writeView } from './write-view.js';

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

/** Each with a leading axis [batchSize]; see `ViewArrays`. */
export interface BatchArrays {
  readonly images: Float32Array;
  readonly depths: Float32Array;
  readonly depthMask: Float32Array;
  readonly normals: Float32Array;
  readonly normalsMask: Float32Array;
  /** int32 [batchSize]: each frame's place in the split */
  readonly examples: Int32Array;
}

/**
 * @returns a function that writes the batch of `step`; a last batch with fewer examples fills the front of `out` and
 *   leaves the rest as it was
 * @throws RangeError when a setting is out of range
 */
export function createBatchMaker(job: BatchJob): (step: number, out: BatchArrays) => Promise<void> {
  const { input, split, order } = job;
  checkInput(input);
  const frames = createFrameCache(job.cacheBytes, createFrameLoader(job));
  const examplesOf =
    order.kind === 'train'
      ? createExampleOrder(order.rngPath, { ...job, numExamples: split.numExamples, lastBatch: order.lastBatch })
          .examplesOf
      : (step: number) => inOrder(step, job);
  const viewOf = createViewer(order);
  return async (step, out) => {
    for (const [position, example] of examplesOf(step).entries()) {
      out.examples[position] = example;
      const frame = await frames.get(example);
      writeView(frame, viewOf(step, position), input.inputSize, input.normalization, partOf(out, position, input));
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

function inOrder(step: number, { split, batchSize }: BatchJob): Uint32Array {
  const first = step * batchSize;
  return Uint32Array.from({ length: Math.min(batchSize, split.numExamples - first) }, (_, i) => first + i);
}

function createFrameLoader({ split: { frames, maxDepth }, input, order }: BatchJob) {
  const zoom = order.kind === 'train' ? order.augmentation.zoom : { min: 1, max: 1 };
  const use: FrameUse = { inputSize: input.inputSize, zoom, maxDepth };
  return (example: number) =>
    frames.kind === 'files'
      ? readFrame(frames.folder, frames.names[example]!, use)
      : renderFrame(frames.rooms?.[example] ?? example, frames.sizePx, frames.rngPath, use);
}
