// An ImageNet-style folder as a dataset. Such a set has train and val only. Here, as everywhere in this project, `val`
// watches a run and `test` is read once, at its end: so `test` is the folder's val, whole, and `val` is held out of its
// train.
import { availableParallelism } from 'node:os';
import type { ImagePreparation } from 'rpg-core/prepare-image';
import type { TrainedData } from 'training-kit';
import { createLeftOutImages, type LeftOutImage } from 'training-kit/data';
import { ConfigError } from 'training-kit/errors';
import { imagenetNormalization, type ImageSet, type Split } from 'training-kit/labelled-images';
import { fileSplit } from './file-split.js';
import { holdOutFiles } from './hold-out.js';
import { readImageFolder } from './image-folder.js';
import { leftOutByClass } from './left-out.js';
import { findSharedImages } from './shared-images.js';
import { surveyImages } from './survey.js';
import { evaluationPreparation } from './views.js';

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
  readonly preparation: ImagePreparation;
  /** `train`, with so many threads to decode it. */
  readonly trainWith: (numWorkers: number) => Split;
  /** Images that could not be read so far; grows while batches are made. */
  readonly leftOut: readonly LeftOutImage[];
  /** How many each class lost so far, a line a folder. */
  readonly leftOutByClass: () => readonly string[];
}

/** Images that libuv's thread pool, which decodes for all threads, takes at a time unless the environment says more. */
const DEFAULT_POOL_SIZE = 4;

/**
 * @param trainedData what the network was trained on so far: decides what is held out
 * @throws ConfigError, DataError as `openDataset` does
 */
export async function openFolder(
  config: FolderConfig,
  note: (line: string) => void,
  trainedData: TrainedData = { kind: 'none' },
): Promise<FolderDataset> {
  const { data, imageSize, flip, valExamples, seed } = config;
  if (data === null) {
    throw new ConfigError(
      'data',
      'data is not set: images are read from a folder. Pass --data DIR, the folder that holds train and val.',
    );
  }
  const found = await readImageFolder(data, { isAsStored: trainedData.kind === 'unknown' });
  const { classNames, train: trainFiles, val: testFiles } = found;
  for (const line of found.notes) note(line); // alone: an index would be printed by a note that takes more
  const numWorkers = config.numWorkers ?? availableParallelism();
  const poolSize = Number(process.env.UV_THREADPOOL_SIZE ?? DEFAULT_POOL_SIZE);
  if (numWorkers > poolSize) {
    note(
      `${numWorkers} threads read images, but only ${poolSize} are decoded at a time: set UV_THREADPOOL_SIZE=${numWorkers} ` +
        `in the environment.`,
    );
  }
  const leftOut = createLeftOutImages(note);
  const numClasses = classNames.length;
  const { rest, heldOut } = await holdOutFiles(trainFiles, { numHeldOut: valExamples, numClasses, seed, trainedData });
  const splits = [['train', rest], ['val', heldOut], ['test', testFiles]] as const; // prettier-ignore
  for (const [name, files] of splits) {
    if (files.numFiles === 0) continue;
    note(await surveyImages(name, files, { classNames, leftOut, needs: name === 'val' ? 'one image' : 'each class' }));
  }
  for (const line of findSharedImages(splits)) note(line);
  const pipeline = { imageSize, flip, numWorkers, normalization: imagenetNormalization, leftOut };
  const train = fileSplit(rest, pipeline);
  return {
    name: 'folder',
    numClasses,
    classNames,
    imageShape: train.imageShape,
    normalization: imagenetNormalization,
    train,
    trainWith: (numWorkers) => fileSplit(rest, { ...pipeline, numWorkers }),
    val: fileSplit(heldOut, pipeline),
    test: fileSplit(testFiles, pipeline),
    preparation: evaluationPreparation(imageSize),
    leftOut: leftOut.list,
    leftOutByClass: () => leftOutByClass(leftOut.list, [trainFiles.folder, testFiles.folder]),
  };
}
