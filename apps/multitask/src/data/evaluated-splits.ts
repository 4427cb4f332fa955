// What a network is evaluated on: the frames of its own run, or others that the call names, never taken for one another.
import { checkEffects, orOwn, type SplitAtHand, type TrainedData } from 'training-kit';
import { configSchema, type MultitaskConfig } from '../config.js';
import { effects } from '../setting-effects.js';
import type { DataConfig } from './data-config.js';
import type { Dataset } from './dataset.js';
import { frameKey } from './frames/frame-files.js';
import type { Split } from './split.js';

const { shape } = configSchema;

/** Every setting of the data as a flag of `evaluate`. */
export const dataFlags = {
  dataset: orOwn(shape.dataset),
  folder: orOwn(shape.folder),
  fold: orOwn(shape.fold),
  trainAreas: orOwn(shape.trainAreas),
  valAreas: orOwn(shape.valAreas),
  testAreas: orOwn(shape.testAreas),
  maxDepth: orOwn(shape.maxDepth),
  depthUnit: orOwn(shape.depthUnit),
  normalAxes: orOwn(shape.normalAxes),
  onBadImage: orOwn(shape.onBadImage),
  valExamples: orOwn(shape.valExamples),
  renderedTrain: orOwn(shape.renderedTrain),
  renderedTest: orOwn(shape.renderedTest),
  renderedSizePx: orOwn(shape.renderedSizePx),
  numWorkers: orOwn(shape.numWorkers),
} as const;

/** Settings that say which frames are meant; the others say where they lie and how they are read. */
const choosing = [
  ...(['dataset', 'fold', 'trainAreas', 'valAreas', 'testAreas'] as const),
  ...(['valExamples', 'renderedTrain', 'renderedTest', 'renderedSizePx'] as const),
] satisfies (keyof DataConfig)[];

/** Settings of files, which a set of another kind does not have. */
const ofFiles = {
  ...{ folder: null, trainAreas: null, valAreas: null, testAreas: null },
  ...{ depthUnit: null, normalAxes: null, onBadImage: 'stop' },
} as const satisfies Partial<DataConfig>;

/**
 * The settings of an evaluation: those of the run, with what the call gives in their place. Rendered rooms have no files,
 * so that a run's settings of files do not go with them.
 *
 * @param given null for what the call leaves out
 * @throws ConfigError for a setting that the data which is meant does not read
 */
export function evaluatedConfig(
  run: MultitaskConfig,
  given: Readonly<Record<keyof typeof dataFlags, unknown>>,
): MultitaskConfig {
  const own = given.dataset === 'rendered' && run.dataset !== 'rendered' ? { ...run, ...ofFiles } : run;
  const changes = Object.entries(given).filter(([, value]) => value !== null);
  const config = { ...own, ...(Object.fromEntries(changes) as Partial<MultitaskConfig>) };
  checkEffects(
    changes.map(([key]) => key),
    config,
    effects,
  );
  return config;
}

/** True when the call means the frames that the run had, wherever they lie now. */
export function isOwnChoice(run: MultitaskConfig, evaluated: MultitaskConfig): boolean {
  return choosing.every((key) => JSON.stringify(run[key]) === JSON.stringify(evaluated[key]));
}

export interface EvaluatedSplits {
  /** By name: train, or rest in its place, then val and test. */
  readonly splits: ReadonlyMap<string, Split>;
  /** What is to be told of them. */
  readonly notes: readonly string[];
}

/** What frames are called that would be trained on, when they are not those that were. */
export const OTHER_FRAMES = 'rest';

/**
 * The splits under names that are true: only what the network was trained on is `train`.
 *
 * @param trainAtHand the frames of train as `dataAtHand` has them
 * @param trainedData what the network was trained on
 * @param isOwn by `isOwnChoice`
 */
export async function evaluatedSplits(
  { train, val, test }: Pick<Dataset, 'train' | 'val' | 'test'>,
  { digest }: SplitAtHand,
  trainedData: TrainedData,
  isOwn: boolean,
): Promise<EvaluatedSplits> {
  const isSame = trainedData.kind === 'known' && trainedData.identity.splits.train?.digest === digest;
  if (isOwn || isSame) return { splits: new Map(Object.entries({ train, val, test })), notes: [] };
  const splits = new Map(Object.entries({ [OTHER_FRAMES]: train, val, test }));
  const notes = [`These are other frames than those of the run; what would be trained on is called ${OTHER_FRAMES}.`];
  for (const [name, split] of splits) {
    const count = await numTrainedOn(split, trainedData);
    if (count === undefined || count === 0) continue;
    notes.push(`${name}: the network was trained on ${count} of its ${split.numExamples} frames.`);
  }
  return { splits, notes };
}

/**
 * How many frames of a split the network was trained on.
 *
 * @returns undefined where the run's list of them is not at hand, or the frames have no names
 */
export async function numTrainedOn({ frames }: Split, trained: TrainedData): Promise<number | undefined> {
  if (frames.kind !== 'files' || trained.kind !== 'known') return undefined;
  const names = await trained.namesOf('train');
  if (names === undefined) return undefined;
  const known = new Set(names);
  return frames.names.filter((name) => known.has(frameKey(name))).length;
}
