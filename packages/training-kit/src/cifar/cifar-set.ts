// CIFAR as three splits: the official train less what is held out of it, and the official test.
import { createRng } from 'rpg-core';
import { ConfigError } from '../errors.js';
import type { ImageSet, ImageSetSettings } from '../labelled-images/image-set.js';
import { memorySplit } from '../labelled-images/memory-split.js';
import { cifar10Normalization, cifar100Normalization } from '../labelled-images/normalization.js';
import { holdOut } from '../labelled-images/split.js';
import { cifar10Format, cifar100Format, type CifarFormat, readCifar } from './cifar.js';

const sets = {
  cifar10: { format: cifar10Format, normalization: cifar10Normalization },
  cifar100: { format: cifar100Format, normalization: cifar100Normalization },
} as const;

/** How to open a CIFAR set. */
export interface CifarSettings extends ImageSetSettings {
  /** Folder of the binaries, or the folder that holds it. */
  readonly data: string | null;
}

/**
 * Reads a CIFAR set; val is drawn from train, equally many of each class.
 *
 * @throws ConfigError without a folder, and for a val that train cannot give
 * @throws DataError when a file is missing or is not what it should be
 */
export async function openCifar(name: CifarFormat['name'], settings: CifarSettings): Promise<ImageSet> {
  const { format, normalization } = sets[name];
  const { data, valExamples, augmentation, numWorkers, seed } = settings;
  if (data === null) {
    throw new ConfigError(
      'data',
      `data is not set: ${format.title} is read from a folder. Pass --data DIR, the folder that holds ${format.folder}.`,
    );
  }
  const arrays = await readCifar(format, data);
  const pipeline = { normalization, augmentation, numWorkers };
  const train = memorySplit(arrays.train, pipeline);
  const numClasses = format.classNames.length;
  const rng = createRng(seed).fork('data').fork('val');
  const { rest, heldOut } = holdOut(train, { numHeldOut: valExamples, numClasses, rng });
  return {
    numClasses,
    classNames: format.classNames,
    imageShape: train.imageShape,
    normalization,
    train: rest,
    val: heldOut,
    test: memorySplit(arrays.test, pipeline),
  };
}
