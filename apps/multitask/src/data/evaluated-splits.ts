// What a network is evaluated on: the frames of its own run, or others that the call names, never taken for one another.
import { checkEffects, type TrainedData } from 'training-kit';
import type { z } from 'zod';
import { configSchema, type MultitaskConfig } from '../config.js';
import { effects } from '../setting-effects.js';
import type { DataConfig } from './data-config.js';
import { frameKey } from './frames/frame-files.js';
import type { Split } from './split.js';

/** A setting of the run as a flag that may be left out. */
function orOwn<Setting extends z.ZodType>(setting: z.ZodDefault<Setting>) {
  const description = `${setting.description ?? ''}; the run’s own when left out`;
  return setting.unwrap().nullable().default(null).describe(description);
}

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
