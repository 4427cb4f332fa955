// The door to all data of this app: a config in, three splits and what a model must know about them out.
import { ConfigError } from 'training-kit/errors';
import {
  cifar10Format,
  cifar100Format,
  type ImageSet,
  noAugmentation,
  openCifar,
  openRenderedShapes,
  renderedClassNames,
  standardAugmentation,
} from 'training-kit/labelled-images';

export const datasetNames = ['rendered', 'cifar10', 'cifar100'] as const;
export type DatasetName = (typeof datasetNames)[number];

/** What a dataset is called, and how many classes it has, before it is read. */
export const datasetFacts: Readonly<Record<DatasetName, { readonly title: string; readonly numClasses: number }>> = {
  rendered: { title: 'rendered shapes', numClasses: renderedClassNames.length },
  cifar10: { title: cifar10Format.title, numClasses: cifar10Format.classNames.length },
  cifar100: { title: cifar100Format.title, numClasses: cifar100Format.classNames.length },
};

export interface DataConfig {
  readonly dataset: DatasetName;
  /** Folder of the CIFAR binaries, or the folder that holds it; null for the rendered set. */
  readonly data: string | null;
  /** Size of val. CIFAR: held out of train, equally many of each class. Rendered: painted on top of train. */
  readonly valExamples: number;
  /** Sizes of the rendered set's other splits. */
  readonly renderedTrain: number;
  readonly renderedTest: number;
  /** Random crop (4 pixels of padding) and mirror. */
  readonly augment: boolean;
  /** Threads that make batches. */
  readonly numWorkers: number;
  /** Decides which examples are held out, and every pixel of the rendered set. */
  readonly seed: number;
}

/**
 * Reads or paints a dataset; the same config gives the same bytes.
 *
 * @throws ConfigError when the folder is missing from the config, or given for nothing, or a size cannot be
 * @throws DataError when a file is missing or is not what it should be
 */
export async function openDataset(config: DataConfig): Promise<ImageSet> {
  const settings = { ...config, augmentation: config.augment ? standardAugmentation : noAugmentation };
  const name = config.dataset;
  switch (name) {
    case 'rendered':
      checkNoFolder(config);
      return openRenderedShapes(settings);
    case 'cifar10':
    case 'cifar100':
      return openCifar(name, settings);
    default:
      return name satisfies never;
  }
}

function checkNoFolder({ data }: DataConfig): void {
  if (data === null) return;
  throw new ConfigError(
    'data',
    `data is "${data}", but the rendered set reads no files. Leave --data out, or pass --dataset cifar10 or cifar100.`,
  );
}
