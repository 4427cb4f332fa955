// The rendered set as three splits, each painted on its own.
import { createRng } from 'rpg-core';
import { ConfigError } from '../errors.js';
import type { ImageSet, ImageSetSettings } from '../labelled-images/image-set.js';
import { memorySplit } from '../labelled-images/memory-split.js';
import type { Split } from '../labelled-images/split.js';
import { renderedClassNames, renderedNormalization, renderSplit } from './rendered.js';

/** How to paint the set. */
export interface RenderedSettings extends ImageSetSettings {
  readonly renderedTrain: number;
  readonly renderedTest: number;
}

/** Paints the set; the same settings give the same bytes. @throws ConfigError for a size that cannot be */
export function openRenderedShapes(settings: RenderedSettings): ImageSet {
  const { valExamples, renderedTrain, renderedTest, seed, augmentation, numWorkers } = settings;
  for (const [key, size] of Object.entries({ renderedTrain, renderedTest, valExamples })) checkSize(key, size);
  const rng = createRng(seed).fork('data').fork('rendered');
  const pipeline = { normalization: renderedNormalization, augmentation, numWorkers };
  const render = (numExamples: number, name: string): Split =>
    memorySplit(renderSplit(numExamples, rng.fork(name)), pipeline);
  const train = render(renderedTrain, 'train');
  return {
    numClasses: renderedClassNames.length,
    classNames: renderedClassNames,
    imageShape: train.imageShape,
    normalization: renderedNormalization,
    train,
    val: render(valExamples, 'val'),
    test: render(renderedTest, 'test'),
  };
}

/** A million images are 3 GB and minutes of painting: more is a slip of the finger. */
const MAX_RENDERED = 1_000_000;

function checkSize(key: string, size: number): void {
  const least = key === 'valExamples' ? 0 : 1;
  if (!Number.isInteger(size) || size < least || size > MAX_RENDERED) {
    throw new ConfigError(key, `${key} is ${size}, expected an integer from ${least} to ${MAX_RENDERED}.`);
  }
}
