// An ImageNet-style folder as a dataset. Such a set has train and val only. Here, as everywhere in this project, `val`
// watches a run and `test` is read once, at its end: so `test` is the folder's val, whole, and `val` is held out of its
// train.
import { availableParallelism } from 'node:os';
import { createRng } from 'rpg-core';
import { ConfigError } from 'training-kit/errors';
import { holdOut, imagenetNormalization, type ImageSet } from 'training-kit/labelled-images';
import { createBrokenImages, type BrokenImage } from './broken-images.js';
import { fileSplit } from './file-split.js';
import { readImageFolder } from './image-folder.js';

export interface FolderConfig {
  /** Holds train and val, or one folder that does. */
  readonly data: string | null;
  /** Side of the square the network gets. */
  readonly imageSize: number;
  readonly flip: boolean;
  /** Threads that decode; null for as many as there are cores. */
  readonly numWorkers: number | null;
  readonly valExamples: number;
  readonly seed: number;
}

export interface FolderDataset extends ImageSet {
  readonly name: 'folder';
  /** Images that could not be read so far; grows while batches are made. */
  readonly broken: readonly BrokenImage[];
}

/** Images that libuv's thread pool, which decodes for all threads, takes at a time unless the environment says more. */
const defaultPoolSize = 4;

/** @throws ConfigError, DataError as `openDataset` does */
export async function openFolder(config: FolderConfig, note: (line: string) => void): Promise<FolderDataset> {
  const { data, imageSize, flip, valExamples, seed } = config;
  if (data === null) {
    throw new ConfigError(
      'data',
      'data is not set: images are read from a folder. Pass --data DIR, the folder that holds train and val.',
    );
  }
  const { classNames, train: trainFiles, val: testFiles, notes } = await readImageFolder(data);
  for (const line of notes) note(line); // alone: an index would be printed by a note that takes more
  const numWorkers = config.numWorkers ?? availableParallelism();
  const poolSize = Number(process.env.UV_THREADPOOL_SIZE ?? defaultPoolSize);
  if (numWorkers > poolSize) {
    note(
      `${numWorkers} threads read images, but only ${poolSize} are decoded at a time: set UV_THREADPOOL_SIZE=${numWorkers} ` +
        `in the environment.`,
    );
  }
  const broken = createBrokenImages(note);
  const pipeline = { imageSize, flip, numWorkers, normalization: imagenetNormalization, broken };
  const numClasses = classNames.length;
  const rng = createRng(seed).fork('data').fork('val');
  const { rest, heldOut } = holdOut(fileSplit(trainFiles, pipeline), { numHeldOut: valExamples, numClasses, rng });
  return {
    name: 'folder',
    numClasses,
    classNames,
    imageShape: rest.imageShape,
    normalization: imagenetNormalization,
    train: rest,
    val: heldOut,
    test: fileSplit(testFiles, pipeline),
    broken: broken.list,
  };
}
