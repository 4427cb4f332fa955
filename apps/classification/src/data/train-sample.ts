// The training images of the gap in table 6(a), the same in a run's report and in `evaluate`.
import { createRng } from 'rpg-core';
import { shuffledIndices } from 'training-kit/data';
import type { Split } from 'training-kit/labelled-images';
import type { Dataset } from './dataset.js';

/** As many of the images trained on as test has, or all where there are fewer, drawn by the seed, in their order. */
export function trainSample({ train, test }: Pick<Dataset, 'train' | 'test'>, seed: number): Split {
  const drawn = shuffledIndices(train.numExamples, createRng(seed).fork('seen'));
  return train.select(drawn.subarray(0, test.numExamples).sort());
}

/** Which images those are, in words: `2,000 of the 10,000 images trained on, drawn by the seed`. */
export function describeSample(numExamples: number, { train }: Pick<Dataset, 'train'>): string {
  const [some, all] = [numExamples, train.numExamples].map((count) => count.toLocaleString('en'));
  return numExamples === train.numExamples
    ? `all ${all} images trained on`
    : `${some} of the ${all} images trained on, drawn by the seed`;
}
