// The door to all data of this app: a config in, three splits and what a model must know about them out.
import { createRng } from 'rpg-core/rng';
import { ConfigError } from 'training-kit/errors';
import { chooseAreas, holdOutRooms, type AreaChoice } from './areas.js';
import { listAreas, listFrames, type FrameName } from './frame-files.js';
import { imageNetNormalization, type Normalization } from './normalization.js';
import { readFrame } from './read-frame.js';
import { renderedNormalization, renderSplit } from './rendered.js';
import type { Split } from './split.js';

export const datasetNames = ['rendered', '2d3ds'] as const;
export type DatasetName = (typeof datasetNames)[number];

export interface DataConfig extends AreaChoice {
  readonly dataset: DatasetName;
  /** Folder of the areas, area_1/data/rgb and so on; null for the rendered set. */
  readonly folder: string | null;
  /**
   * Frames of val: cast on top of train, or held out of train's areas by whole rooms, at least so many. Not looked at
   * when `valAreas` is set.
   */
  readonly valExamples: number;
  /** Metres; what is further away counts as missing. */
  readonly maxDepth: number;
  readonly renderedTrain: number;
  readonly renderedTest: number;
  /** Height and width of a rendered frame. */
  readonly renderedSizePx: number;
  /** Decides which rooms are held out, and every pixel of the rendered set. */
  readonly seed: number;
}

export interface Dataset {
  readonly name: DatasetName;
  readonly normalization: Normalization;
  readonly train: Split;
  /** Empty when `valExamples` is 0. */
  readonly val: Split;
  readonly test: Split;
}

/** What becomes of the pixels of each set, and of photographs for networks trained on it. */
export const normalizations: Readonly<Record<DatasetName, Normalization>> = {
  rendered: renderedNormalization,
  '2d3ds': imageNetNormalization,
};

/**
 * Looks up or draws a dataset; the same config gives the same frames. Of each area the first frame is read, so that
 * files of the wrong kind are found out at once; the others when their batch is made.
 *
 * @throws ConfigError when the folder is missing from the config, a size cannot be or areas contradict each other
 * @throws DataError when files or areas are missing or not what they should be
 */
export async function openDataset(config: DataConfig): Promise<Dataset> {
  if (!(config.maxDepth > 0)) {
    throw new ConfigError('maxDepth', `maxDepth is ${config.maxDepth}, expected metres above 0.`);
  }
  checkSize('valExamples', config.valExamples, 0);
  switch (config.dataset) {
    case 'rendered':
      return openRendered(config);
    case '2d3ds':
      return openFiles(config);
    default:
      return config.dataset satisfies never;
  }
}

async function openFiles(config: DataConfig): Promise<Dataset> {
  const { folder, maxDepth, valExamples, seed } = config;
  if (folder === null) {
    throw new ConfigError(
      'folder',
      'folder is not set: 2D-3D-S is read from files. Pass --folder PATH, the folder of its area_* folders.',
    );
  }
  const areas = chooseAreas(config, folder, await listAreas(folder));
  const framesOf = async (names: readonly string[]): Promise<readonly FrameName[]> => {
    const frames: FrameName[] = [];
    for (const area of names) {
      const ofArea = await listFrames(folder, area);
      await readFrame(folder, ofArea[0]!, { inputSize: 1, zoom: { min: 1, max: 1 }, maxDepth });
      frames.push(...ofArea);
    }
    return frames;
  };
  const ofTrain = await framesOf(areas.train);
  const { train, val } =
    areas.val === null
      ? holdOutRooms(ofTrain, valExamples, createRng(seed).fork('data').fork('val'))
      : { train: ofTrain, val: await framesOf(areas.val) };
  const splitOf = (names: readonly FrameName[]): Split => ({
    numExamples: names.length,
    frames: { kind: 'files', folder, names },
    maxDepth,
  });
  return {
    name: '2d3ds',
    normalization: normalizations['2d3ds'],
    train: splitOf(train),
    val: splitOf(val),
    test: splitOf(await framesOf(areas.test)),
  };
}

function openRendered(config: DataConfig): Dataset {
  const { folder, trainAreas, testAreas, valAreas, renderedTrain, renderedTest, valExamples, maxDepth, seed } = config;
  for (const [key, value] of Object.entries({ folder, trainAreas, valAreas, testAreas })) {
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
    normalization: normalizations.rendered,
    train: split(renderedTrain, 'train'),
    val: split(valExamples, 'val'),
    test: split(renderedTest, 'test'),
  };
}

/** More is a slip of the finger. */
const maxExamples = 1_000_000;

function checkSize(key: 'valExamples' | 'renderedTrain' | 'renderedTest', size: number, least: number): void {
  if (Number.isInteger(size) && size >= least && size <= maxExamples) return;
  throw new ConfigError(key, `${key} is ${size}, expected an integer from ${least} to ${maxExamples}.`);
}
