// The door to all data of this app: a config in, three splits and what a model must know about them out.
import type { ImagePreparation } from 'rpg-core/prepare-image';
import type { TrainedData } from 'training-kit';
import type { LeftOutImage } from 'training-kit/data';
import { ConfigError } from 'training-kit/errors';
import {
  type Augmentation,
  cifar10Format,
  cifar100Format,
  type ImageSet,
  openCifar,
  openRenderedShapes,
  renderedClassNames,
} from 'training-kit/labelled-images';
import { openFolder } from './folder/folder-dataset.js';

export const datasetNames = ['rendered', 'cifar10', 'cifar100', 'folder'] as const;
export type DatasetName = (typeof datasetNames)[number];

/** Before data are read, which tells how many classes a folder has: ImageNet has 1000. */
export const usualNumClasses: Readonly<Record<DatasetName, number>> = {
  rendered: renderedClassNames.length,
  cifar10: cifar10Format.classNames.length,
  cifar100: cifar100Format.classNames.length,
  folder: 1000,
};

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

export interface Dataset extends ImageSet {
  readonly name: DatasetName;
  /** How an image is made ready for a network that is trained on this set. */
  readonly preparation: ImagePreparation;
  /** Images that could not be read so far; grows while batches are made. */
  readonly leftOut: readonly LeftOutImage[];
  /** How many each class lost so far, a line a folder. */
  readonly leftOutByClass: () => readonly string[];
}

/**
 * Reads or paints a dataset; the same config gives the same bytes. `test` is the official one (of an ImageNet-style
 * folder: its val).
 *
 * @param note shows a line to the person in front: what was passed over or cannot be read
 * @param trainedData what the network was trained on so far: images that it was judged by stay held out
 * @throws ConfigError when the folder is missing from the config or a size cannot be
 * @throws DataError when a file is missing or is not what it should be
 */
export async function openDataset(
  config: DataConfig,
  note: (line: string) => void,
  trainedData: TrainedData = { kind: 'none' },
): Promise<Dataset> {
  const name = config.dataset;
  const inMemory = { ...config, augmentation: config, numWorkers: config.numWorkers ?? 1 };
  switch (name) {
    case 'rendered':
      checkNoFolder(config);
      return { ...inMemorySet(openRenderedShapes(inMemory)), name };
    case 'cifar10':
    case 'cifar100':
      return { ...inMemorySet(await openCifar(name, inMemory)), name };
    case 'folder':
      return openFolder(config, note, trainedData);
    default:
      return name satisfies never;
  }
}

/** Images in memory are all there, and have the network's size: of others the middle square is taken. */
function inMemorySet(set: ImageSet): Omit<Dataset, 'name'> {
  const [size] = set.imageShape;
  return { ...set, preparation: { shorterSide: size, size }, leftOut: [], leftOutByClass: () => [] };
}

function checkNoFolder({ data }: DataConfig): void {
  if (data === null) return;
  throw new ConfigError(
    'data',
    `data is "${data}", but the rendered set reads no files. Leave --data out, or pass --dataset cifar10, cifar100 or folder.`,
  );
}
