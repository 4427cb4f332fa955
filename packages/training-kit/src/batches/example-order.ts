// Which examples make up which training step. A pure function of the seed and the step: a run that resumes at any step,
// and any number of workers that share the steps out, meet the same batches.
import { createRng, type Rng } from 'rpg-core/rng'; // not the index, which would load tfjs into each worker
import { ConfigError } from '../errors.js';
import { type BatchPart, placesOf } from './batch-part.js';

/** What becomes of the last examples of an epoch when they do not fill a batch. */
export type LastBatch = 'drop' | 'keep';

export interface ExampleOrder {
  readonly stepsPerEpoch: number;
  /** The examples of `step` (from 0), fewer than wanted only in a kept last batch. */
  readonly examplesOf: (step: number) => Uint32Array;
  /** The place in the whole batch of the first of them. */
  readonly firstPosition: number;
  /** All examples in the order of the epoch that `step` is in, and the place there of the first of `examplesOf`. */
  readonly epochOf: (step: number) => { readonly shuffled: Uint32Array; readonly first: number };
}

/** @throws ConfigError when `batchSize` is not an integer from 1 to `numExamples` */
export function stepsPerEpoch(numExamples: number, batchSize: number, lastBatch: LastBatch): number {
  if (!Number.isInteger(batchSize) || batchSize < 1 || batchSize > numExamples) {
    throw new ConfigError(
      'batchSize',
      `batchSize is ${batchSize}, expected an integer from 1 to ${numExamples}, the training examples.`,
    );
  }
  const batches = numExamples / batchSize;
  return lastBatch === 'drop' ? Math.floor(batches) : Math.ceil(batches);
}

/** How many examples `step` has, without drawing its order. */
export function batchSizeAt(step: number, numExamples: number, batchSize: number, lastBatch: LastBatch): number {
  const first = (step % stepsPerEpoch(numExamples, batchSize, lastBatch)) * batchSize;
  return Math.min(batchSize, numExamples - first);
}

/** What an order is made of. */
export interface ExampleOrderOptions {
  readonly numExamples: number;
  /** Of the whole batch. */
  readonly batchSize: number;
  readonly lastBatch: LastBatch;
  /** The whole batch when left out. Only batches that are never smaller can be shared out: `lastBatch` is 'drop'. */
  readonly part?: BatchPart | undefined;
}

/**
 * A new permutation of all examples in every epoch, cut into batches.
 *
 * @param path names the random stream: epoch e is shuffled by its fork 'epoch', e
 * @throws ConfigError for a batch size out of range, or one that the parts cannot share equally
 */
export function createExampleOrder(path: string, wanted: ExampleOrderOptions): ExampleOrder {
  const { numExamples, batchSize, lastBatch, part } = wanted;
  const places = placesOf(part, batchSize);
  const numSteps = stepsPerEpoch(numExamples, batchSize, lastBatch);
  const rng = createRng(path).fork('epoch');
  let kept: { epoch: number; shuffled: Uint32Array } | undefined; // steps come in order: one epoch is kept
  const epochOf = (step: number): { shuffled: Uint32Array; first: number } => {
    const epoch = Math.floor(step / numSteps);
    if (kept?.epoch !== epoch) kept = { epoch, shuffled: shuffledIndices(numExamples, rng.fork(epoch)) };
    return { shuffled: kept.shuffled, first: (step % numSteps) * batchSize + places.first };
  };
  return {
    stepsPerEpoch: numSteps,
    epochOf,
    firstPosition: places.first,
    examplesOf(step) {
      const { shuffled, first } = epochOf(step);
      return shuffled.subarray(first, Math.min(first + places.size, numExamples));
    },
  };
}

/** 0 … count − 1 in random order (Fisher–Yates, every order equally likely). */
export function shuffledIndices(count: number, rng: Rng): Uint32Array {
  const indices = new Uint32Array(count);
  for (let i = 0; i < count; i++) indices[i] = i;
  for (let last = count - 1; last > 0; last--) {
    const other = rng.below(last + 1);
    const moved = indices[last]!;
    indices[last] = indices[other]!;
    indices[other] = moved;
  }
  return indices;
}
