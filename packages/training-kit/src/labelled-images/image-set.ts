// A dataset of labelled images as training and report know it.
import type { DataAtHand } from '../data-identity/identity.js';
import type { Augmentation } from './augment.js';
import type { Normalization } from './normalization.js';
import type { ImageShape, Split } from './split.js';

/** Three splits, and what a model must know about them. */
export interface ImageSet {
  readonly numClasses: number;
  /** In label order. */
  readonly classNames: readonly string[];
  /** [height, width, 3] */
  readonly imageShape: ImageShape;
  /** How the splits' batches are normalised. */
  readonly normalization: Normalization;
  readonly train: Split;
  /** Empty when `valExamples` is 0. */
  readonly val: Split;
  /** Whole: nothing is ever taken from it. */
  readonly test: Split;
}

/** What a network trained on `set` cannot do without, and which examples it has. */
export function imageSetData(set: ImageSet): DataAtHand {
  const { classNames, normalization, train, val, test } = set;
  return {
    network: { classNames, normalization },
    splits: { train: train.identify(), val: val.identify(), test: test.identify() },
  };
}

/** What sets with their images in memory are opened with. */
export interface ImageSetSettings {
  /** Size of val. */
  readonly valExamples: number;
  /** Of training images alone. */
  readonly augmentation: Augmentation;
  /** Threads that make training batches. */
  readonly numWorkers: number;
  /** Decides which examples are held out, and every pixel of a set that is painted. */
  readonly seed: number;
}
