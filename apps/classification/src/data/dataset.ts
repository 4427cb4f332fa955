// The door to all data of this app: a config in, three splits and what a model must know about them out.
import { createRng } from 'rpg-core';
import { ConfigError } from 'training-kit';
import type { Augmentation } from './augment.js';
import { cifar100Format, cifar10Format, readCifar, type CifarFormat } from './cifar.js';
import type { BrokenImage } from './folder/broken-images.js';
import { openFolder } from './folder/folder-dataset.js';
import { memorySplit } from './memory-split.js';
import { cifar100Normalization, cifar10Normalization, type Normalization } from './normalization.js';
import { renderedClassNames, renderedNormalization, renderSplit } from './rendered.js';
import { holdOut, type ImageShape, type Split } from './split.js';

export const datasetNames = ['rendered', 'cifar10', 'cifar100', 'folder'] as const;
export type DatasetName = (typeof datasetNames)[number];

export interface DataConfig extends Augmentation {
  readonly dataset: DatasetName;
  /** Folder of the CIFAR binaries or of train and val, or the folder that holds it; null for the rendered set. */
  readonly data: string | null;
  /** Size of val. Files: held out of train, equally many of each class. Rendered: painted on top of train. */
  readonly valExamples: number;
  /** Sizes of the rendered set's other splits. */
  readonly renderedTrain: number;
  readonly renderedTest: number;
  /** Side of the images of an ImageNet-style folder. */
  readonly imageSize: number;
  /** Threads that make batches; null for one, and for as many as there are cores where they decode files. */
  readonly numWorkers: number | null;
  /** Decides which examples are held out, and every pixel of the rendered set. */
  readonly seed: number;
}

export interface Dataset {
  readonly name: DatasetName;
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
  /** The official test split (of an ImageNet-style folder: its val), whole: nothing is ever taken from it. */
  readonly test: Split;
  /** Images that could not be read so far; grows while batches are made. */
  readonly broken: readonly BrokenImage[];
}

/**
 * Reads or paints a dataset; the same config gives the same bytes.
 *
 * @param note shows a line to the person in front: what was passed over or cannot be read
 * @throws ConfigError when the folder is missing from the config or a size cannot be
 * @throws DataError when a file is missing or is not what it should be
 */
export async function openDataset(config: DataConfig, note: (line: string) => void): Promise<Dataset> {
  switch (config.dataset) {
    case 'rendered':
      return openRendered(config);
    case 'cifar10':
      return openCifar(config, cifar10Format, cifar10Normalization);
    case 'cifar100':
      return openCifar(config, cifar100Format, cifar100Normalization);
    case 'folder':
      return openFolder(config, note);
    default:
      return config.dataset satisfies never;
  }
}

async function openCifar(config: DataConfig, format: CifarFormat, normalization: Normalization): Promise<Dataset> {
  if (config.data === null) {
    throw new ConfigError(
      'data',
      `data is not set: ${format.title} is read from a folder. Pass --data DIR, the folder that holds ${format.folder}.`,
    );
  }
  const arrays = await readCifar(format, config.data);
  const pipeline = { normalization, augmentation: config, numWorkers: config.numWorkers ?? 1 };
  const train = memorySplit(arrays.train, pipeline);
  const numClasses = format.classNames.length;
  const rng = createRng(config.seed).fork('data');
  const { rest, heldOut } = holdOut(train, { numHeldOut: config.valExamples, numClasses, rng: rng.fork('val') });
  return {
    name: config.dataset,
    numClasses,
    classNames: format.classNames,
    imageShape: train.imageShape,
    normalization,
    train: rest,
    val: heldOut,
    test: memorySplit(arrays.test, pipeline),
    broken: [],
  };
}

function openRendered(config: DataConfig): Dataset {
  const { data, valExamples, renderedTrain, renderedTest, seed } = config;
  if (data !== null) {
    throw new ConfigError(
      'data',
      `data is "${data}", but the rendered set reads no files. Leave --data out, or pass --dataset cifar10, cifar100 or folder.`,
    );
  }
  for (const [key, size] of Object.entries({ renderedTrain, renderedTest, valExamples })) checkRenderedSize(key, size);
  const rng = createRng(seed).fork('data');
  const rendered = rng.fork('rendered');
  const pipeline = {
    normalization: renderedNormalization,
    augmentation: config,
    numWorkers: config.numWorkers ?? 1,
  };
  const render = (numExamples: number, name: string): Split =>
    memorySplit(renderSplit(numExamples, rendered.fork(name)), pipeline);
  const train = render(renderedTrain, 'train');
  return {
    name: 'rendered',
    numClasses: renderedClassNames.length,
    classNames: renderedClassNames,
    imageShape: train.imageShape,
    normalization: renderedNormalization,
    train,
    val: render(valExamples, 'val'),
    test: render(renderedTest, 'test'),
    broken: [],
  };
}

/** A million images are 3 GB and minutes of painting: more is a slip of the finger. */
const maxRendered = 1_000_000;

function checkRenderedSize(key: string, size: number): void {
  const least = key === 'valExamples' ? 0 : 1;
  if (!Number.isInteger(size) || size < least || size > maxRendered) {
    throw new ConfigError(key, `${key} is ${size}, expected an integer from ${least} to ${maxRendered}.`);
  }
}
