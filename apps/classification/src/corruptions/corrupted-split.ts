// Images of a split with a corruption, as a split of their own.
import type { Rng } from 'rpg-core';
import {
  allocateImages,
  imageAt,
  memorySplit,
  noAugmentation,
  type Normalization,
  type Split,
} from 'training-kit/labelled-images';
import { corruptImage, type CorruptionName, type Severity } from './index.js';

export interface CorruptedOptions {
  readonly name: CorruptionName;
  readonly severity: Severity;
  /** From which each image gets a fork, named by corruption, severity and its place in the split. */
  readonly rng: Rng;
  readonly normalization: Normalization;
}

/** Images in hand at once: while one is packed as a file, others are computed. */
const NUM_AT_ONCE = 16;

/** @throws RangeError for images that are not 32 × 32 pixels */
export async function corruptedSplit(split: Split, options: CorruptedOptions): Promise<Split> {
  const { name, severity, normalization } = options;
  const { numExamples, imageShape } = split;
  const rng = options.rng.fork(name).fork(severity);
  const arrays = allocateImages(numExamples, imageShape);
  arrays.labels.set(split.labels);
  for (let first = 0; first < numExamples; first += NUM_AT_ONCE) {
    const examples = Array.from({ length: Math.min(NUM_AT_ONCE, numExamples - first) }, (_, i) => first + i);
    await Promise.all(
      examples.map(async (example) => {
        const bytes = await split.imageAt(example);
        imageAt(arrays, example).set(await corruptImage(bytes, { name, severity, rng: rng.fork(example) }));
      }),
    );
  }
  return memorySplit(arrays, { normalization, augmentation: noAugmentation, numWorkers: 1 });
}
