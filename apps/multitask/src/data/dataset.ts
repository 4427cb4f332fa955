// The door to all data of this app: a config in, three splits and what a model must know about them out.
import { createRng } from 'rpg-core/rng';
import { createLeftOutImages, type LeftOutImages } from 'training-kit/data';
import { ConfigError } from 'training-kit/errors';
import type { DataConfig, DatasetName } from './data-config.js';
import { openFiles } from './file-dataset.js';
import { renderedNormalization, renderSplit } from './rendered.js';
import type { Split } from './split.js';
import { imageNetNormalization, type Normalization } from './views/normalization.js';

export interface Dataset {
  readonly name: DatasetName;
  readonly train: Split;
  /** Empty when `valExamples` is 0. */
  readonly val: Split;
  readonly test: Split;
  /** Files that could not be read so far; grows while batches are made. */
  readonly leftOut: LeftOutImages;
}

/** What becomes of the pixels of each set for networks that begin on it; from then on it is the network's. */
export const normalizations: Readonly<Record<DatasetName, Normalization>> = {
  rendered: renderedNormalization,
  '2d3ds': imageNetNormalization,
};

/**
 * Looks up or draws a dataset; the same config gives the same frames. Every file is looked at: its head and its end,
 * of val and test all of it. What is wrong with pixels only is found when their batch is made.
 *
 * @param note shows a line to the person in front: frames that are left out
 * @param heldOutBefore frames of val when the network was trained before: their rooms stay held out, whatever came or went
 * @throws ConfigError when the folder is missing from the config, a size cannot be or areas contradict each other
 * @throws DataError when files or areas are missing or not what they should be
 */
export async function openDataset(
  config: DataConfig,
  note: (line: string) => void = () => undefined,
  heldOutBefore: readonly string[] = [],
): Promise<Dataset> {
  if (!(config.maxDepth > 0)) {
    throw new ConfigError('maxDepth', `maxDepth is ${config.maxDepth}, expected metres above 0.`);
  }
  checkSize('valExamples', config.valExamples, 0);
  switch (config.dataset) {
    case 'rendered':
      return openRendered(config, createLeftOutImages(note));
    case '2d3ds': {
      const leftOut = createLeftOutImages(note);
      const splits = await openFiles(config, leftOut, note, heldOutBefore);
      return { name: '2d3ds', ...splits, leftOut };
    }
    default:
      return config.dataset satisfies never;
  }
}

function openRendered(config: DataConfig, leftOut: LeftOutImages): Dataset {
  const { folder, trainAreas, testAreas, valAreas, depthUnit, normalAxes } = config;
  const { renderedTrain, renderedTest, valExamples, maxDepth, seed } = config;
  const onBadImage = config.onBadImage === 'stop' ? null : config.onBadImage;
  for (const [key, value] of Object.entries({
    ...{ folder, trainAreas, valAreas, testAreas },
    ...{ depthUnit, normalAxes, onBadImage },
  })) {
    if (value === null) continue;
    throw new ConfigError(
      key,
      `${key} is "${String(value)}", but the rendered set reads no files. Leave it out, or pass --dataset 2d3ds.`,
    );
  }
  checkSize('renderedTrain', renderedTrain, 1);
  checkSize('renderedTest', renderedTest, 1);
  const rng = createRng(seed).fork('data').fork('rendered');
  const split = (numExamples: number, name: 'train' | 'val' | 'test') =>
    renderSplit(numExamples, config.renderedSizePx, maxDepth, rng.fork(name));
  return {
    name: 'rendered',
    train: split(renderedTrain, 'train'),
    val: split(valExamples, 'val'),
    test: split(renderedTest, 'test'),
    leftOut,
  };
}

/** More is a slip of the finger. */
const MAX_EXAMPLES = 1_000_000;

function checkSize(key: 'valExamples' | 'renderedTrain' | 'renderedTest', size: number, least: number): void {
  if (Number.isInteger(size) && size >= least && size <= MAX_EXAMPLES) return;
  throw new ConfigError(key, `${key} is ${size}, expected an integer from ${least} to ${MAX_EXAMPLES}.`);
}
