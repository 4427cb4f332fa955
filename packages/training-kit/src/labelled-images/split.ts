// What training, evaluation and report ask of one part of a dataset, wherever its images lie; and the class-balanced
// draw that holds a validation split out of train.
import type { Rng } from 'rpg-core';
import type { TrainOrder } from '../batches/example-batches.js';
import { shuffledIndices } from '../batches/example-order.js';
import type { SplitAtHand } from '../data-identity/identity.js';
import { ConfigError } from '../errors.js';

export type ImageShape = readonly [height: number, width: number, numChannels: 3];

/** Train, val or test: images in memory (`memorySplit`) or in files (`fileSplit`). */
export interface Split {
  readonly numExamples: number;
  /** int32 [numExamples], class ids from 0 */
  readonly labels: Int32Array;
  /** [height, width, 3] of every image, as the network gets it */
  readonly imageShape: ImageShape;
  /**
   * The batches of steps `fromStep` to `toStep` − 1: shuffled anew in every epoch, augmented, normalised, made ahead in
   * worker threads. What a batch holds follows from the split, the path of `rng` and the step: a resumed run goes on
   * with the batches that it would have had.
   *
   * @throws RangeError when the batch size is out of range
   * @throws DataError when hardly any image can be read
   */
  trainBatches(order: TrainOrder): AsyncIterable<TrainBatch>;
  /**
   * Every example once, in order, as it is; the last batch may be smaller. Images that cannot be read are left out.
   *
   * @throws RangeError when `batchSize` is not an integer from 1
   * @throws DataError when no image can be read
   */
  evalBatches(options: { readonly batchSize: number }): Iterable<EvalBatch> | AsyncIterable<EvalBatch>;
  /** uint8 [height, width, 3]: example `index` as evaluation shows it, before normalisation. @throws DataError */
  imageAt(index: number): Promise<Uint8Array>;
  /** The examples at `indices`, in that order. */
  select(indices: ArrayLike<number>): Split;
  /** Which examples these are: by their files' names, or by their bytes. */
  identify(): SplitAtHand;
}

export interface TrainBatch {
  readonly step: number;
  readonly numExamples: number;
  /** float32 [numExamples, height, width, 3], normalised; the consumer's own */
  readonly images: Float32Array;
  /** int32 [numExamples] */
  readonly labels: Int32Array;
  readonly imageShape: ImageShape;
  /** How long the consumer waited for this batch. */
  readonly waitMs: number;
}

export interface EvalBatch {
  /** int32 [numExamples], places in the split, rising */
  readonly examples: Int32Array;
  readonly numExamples: number;
  /** float32 [numExamples, height, width, 3], normalised */
  readonly images: Float32Array;
  /** int32 [numExamples] */
  readonly labels: Int32Array;
  readonly imageShape: ImageShape;
}

/** How many examples each class has: one count per class id. */
export function countClasses(labels: Int32Array, numClasses: number): number[] {
  const counts = new Array<number>(numClasses).fill(0);
  for (const label of labels) counts[label]!++;
  return counts;
}

interface HoldOutOptions {
  readonly numHeldOut: number;
  readonly numClasses: number;
  readonly rng: Rng;
}

/**
 * Parts `split` in two: `heldOut` gets `numHeldOut` examples, drawn without replacement, equally many of each class
 * (where that does not divide, some classes, drawn too, give one more); `rest` keeps the others. Both stay in order.
 *
 * @throws ConfigError when there are too few examples, in all or of a class
 */
export function holdOut(split: Split, options: HoldOutOptions): { rest: Split; heldOut: Split } {
  const isHeldOut = drawHeldOut(split.labels, options);
  const indices = Array.from(isHeldOut.keys());
  return {
    rest: options.numHeldOut === 0 ? split : split.select(indices.filter((index) => isHeldOut[index] === 0)),
    heldOut: split.select(indices.filter((index) => isHeldOut[index] === 1)),
  };
}

/**
 * Which examples `holdOut` takes: 1 for each of them. They are drawn by their places: with one example more, others are.
 *
 * @throws as `holdOut`
 */
export function drawHeldOut(labels: Int32Array, { numHeldOut, numClasses, rng }: HoldOutOptions): Uint8Array {
  return takeEvenly(
    labels,
    { numHeldOut, numClasses },
    {
      examples: () => shuffledIndices(labels.length, rng.fork('examples')),
      classes: () => shuffledIndices(numClasses, rng.fork('classes')),
    },
  );
}

/**
 * Takes `numHeldOut` examples: of each class equally many, the first ones in an order of all examples. Where that does
 * not divide, the first ones in an order of the classes give one more.
 *
 * @param order asked for when an example is to be taken
 * @returns 1 for each example taken, 0 for the others
 * @throws ConfigError when there are too few examples, in all or of a class
 */
export function takeEvenly(
  labels: Int32Array,
  { numHeldOut, numClasses }: Omit<HoldOutOptions, 'rng'>,
  order: { readonly examples: () => Iterable<number>; readonly classes: () => Iterable<number> },
): Uint8Array {
  const numExamples = labels.length;
  if (!Number.isInteger(numHeldOut) || numHeldOut < 0 || numHeldOut >= Math.max(1, numExamples)) {
    throw new ConfigError(
      'valExamples',
      `valExamples is ${numHeldOut}, expected an integer from 0 to ${Math.max(0, numExamples - 1)}: ` +
        `they are held out of the ${numExamples} training examples.`,
    );
  }
  const isHeldOut = new Uint8Array(numExamples);
  if (numHeldOut === 0) return isHeldOut;
  const wanted = new Array<number>(numClasses).fill(Math.floor(numHeldOut / numClasses));
  for (const label of [...order.classes()].slice(0, numHeldOut % numClasses)) wanted[label]!++;
  for (const index of order.examples()) {
    const label = labels[index]!;
    if (wanted[label] === 0) continue;
    wanted[label]!--;
    isHeldOut[index] = 1;
  }
  const short = wanted.findIndex((count) => count > 0);
  if (short === -1) return isHeldOut;
  throw new ConfigError(
    'valExamples',
    `valExamples is ${numHeldOut}, but class ${short} has ${wanted[short]!} examples too few for its even share. ` +
      `Lower valExamples.`,
  );
}
