// All settings of a multitask run with their defaults: the only place where a default stands.
import {
  optimisationResumeRules,
  optimisationSettings,
  pathText,
  type ResumeRules,
  ringDrawSettings,
  ringRateSetting,
  ringSizeSetting,
  runResumeRules,
  runSettings,
} from 'training-kit';
import { ConfigError } from 'training-kit/errors';
import { z } from 'zod';
import { folds } from './data/areas.js';
import { datasetNames } from './data/data-config.js';
import { encodingOf } from './data/file-dataset.js';
import { onBadImageChoices } from './data/on-bad-image.js';
import { type AugmentationName, augmentations } from './data/views/augment.js';
import { publishedLossWeights } from './loss.js';
import { buildModel } from './model/network.js';
import { weightModes } from './model/weights.js';

const count = z.int().min(1);
const countOrNone = z.int().min(0);
const areas = z.array(z.string()).nullable().default(null);

/** The settings; each becomes a flag of the command line. */
export const configSchema = z.strictObject({
  // data
  dataset: z.enum(datasetNames).default('rendered').describe('what to train on; rendered needs no download'),
  folder: pathText().nullable().default(null).describe('folder of the area_* folders (2d3ds)'),
  fold: z
    .literal([...folds])
    .default(1)
    .describe('which areas are tested on: 5a and 5b, 2 and 4, or 1, 3 and 6'),
  trainAreas: areas.describe('areas to train on, in place of the fold’s: 1,2,3'),
  valAreas: areas.describe('areas to watch the run on; rooms of train are held out when left out'),
  testAreas: areas.describe('areas to test on, in place of the fold’s'),
  maxDepth: z.number().positive().default(20).describe('metres; what is further away counts as missing'),
  depthUnit: z
    .number()
    .positive()
    .nullable()
    .default(null)
    .describe('metres a step of the depth files, 0.001 for millimetres; 2D-3D-S’s 1/512 when left out'),
  normalAxes: z
    .string()
    .nullable()
    .default(null)
    .describe(
      'where red, green and blue of the normal files point: right-up-backward; right-down-forward when left out',
    ),
  onBadImage: z
    .enum(onBadImageChoices)
    .default('stop')
    .describe('what to do at a frame with a file that is missing or cannot be read'),
  valExamples: countOrNone.default(200).describe('frames held out of train (rendered: cast on top) to watch the run'),
  renderedTrain: count.default(4000).describe('training frames of the rendered set'),
  renderedTest: count.default(400).describe('test frames of the rendered set'),
  renderedSizePx: z.int().min(16).max(512).default(64).describe('side of a rendered frame'),
  numWorkers: count.default(1).describe('threads that make batches'),
  augmentation: z
    .enum(Object.keys(augmentations) as AugmentationName[])
    .default('none')
    .describe('random views: none, SharpNet’s, or SharpNet’s within the frame'),

  // model
  inputSize: count.default(64).describe('side of the network’s images, a multiple of 16'),
  numStacks: count.default(2).describe('sub-networks'),
  widthMultiplier: z.number().positive().default(0.125).describe('share of the full network’s channels'),

  // weights
  weights: z
    .enum(weightModes)
    .default('ring')
    .describe('a ring a building block; shared, with or without norms; or each sub-network its own'),
  ringSize: ringSizeSetting
    .nullable()
    .default(null)
    .describe('N of all rings: a share of the generated weights up to 1, or a number; one sub-network’s when left out'),
  ...ringDrawSettings({ sampling: 'even', reflect: true, ringStart: 'rms' }),

  // loss
  depthWeight: z.number().min(0).default(publishedLossWeights.depth).describe('factor of the depth loss'),
  gradientWeight: z
    .number()
    .min(0)
    .default(publishedLossWeights.gradient)
    .describe('factor of the depth gradient loss'),
  normalsWeight: z.number().min(0).default(publishedLossWeights.normals).describe('factor of the normals loss'),

  // optimisation
  optimizer: z.enum(['sgd', 'adam']).default('adam').describe('SGD with momentum, as SharpNet’s, or Adam'),
  ...optimisationSettings('frames', {
    numEpochs: 5,
    batchSize: 16,
    learningRate: 4e-3,
    schedule: 'cosine',
    milestones: [40, 60],
    gamma: 0.1,
    warmUpEpochs: 0,
  }),
  momentum: z.number().min(0).lt(1).default(0.9).describe('of SGD'),
  ringRate: ringRateSetting('same'),
  weightDecay: z.number().min(0).default(0).describe('on all weights alike'),
  startFrom: pathText().nullable().default(null).describe('checkpoint whose weights this run starts with'),

  // run
  ...runSettings({ seed: 1, evalEvery: 1, checkpointEvery: 200, keepCheckpoints: 2 }),
});

/** A resolved config. */
export type MultitaskConfig = z.output<typeof configSchema>;

/** What a preset or a flag may give. */
export type MultitaskSettings = z.input<typeof configSchema>;

/** What each setting means to a run that is resumed. */
export const resumeRules = {
  dataset: 'fixed',
  folder: 'free',
  fold: 'fixed',
  trainAreas: 'fixed',
  valAreas: 'fixed',
  testAreas: 'fixed',
  maxDepth: 'fixed',
  depthUnit: 'fixed',
  normalAxes: 'fixed',
  onBadImage: 'future',
  valExamples: 'fixed',
  renderedTrain: 'fixed',
  renderedTest: 'fixed',
  renderedSizePx: 'fixed',
  numWorkers: 'free',
  augmentation: 'future',
  inputSize: 'fixed',
  numStacks: 'fixed',
  widthMultiplier: 'fixed',
  weights: 'fixed',
  ringSize: 'fixed',
  sampling: 'fixed',
  reflect: 'fixed',
  ringStart: 'fixed',
  depthWeight: 'fixed',
  gradientWeight: 'fixed',
  normalsWeight: 'fixed',
  optimizer: 'fixed',
  ...optimisationResumeRules,
  momentum: 'future',
  startFrom: 'fixed',
  ...runResumeRules,
} as const satisfies ResumeRules<MultitaskConfig>;

/** Checks what spans several keys and can be told before any data is read. @throws ConfigError */
export function checkConfig(config: MultitaskConfig): void {
  const { dataset, folder, weights, ringSize, depthWeight, gradientWeight, normalsWeight } = config;
  if (dataset === '2d3ds' && folder === null) {
    throw new ConfigError(
      'folder',
      'dataset is 2d3ds, but no folder is given. Pass --folder DIR, the folder of area_1 and so on.',
    );
  }
  if (weights !== 'ring' && ringSize !== null) {
    throw new ConfigError(
      'ringSize',
      `ringSize is ${ringSize}, but weights are ${weights}: there is no ring. Leave it out.`,
    );
  }
  if (depthWeight + gradientWeight + normalsWeight === 0) {
    throw new ConfigError(
      'depthWeight',
      'depthWeight, gradientWeight and normalsWeight are all 0: there is nothing to learn.',
    );
  }
  encodingOf(config);
  checkModel(config);
  const numTrain = config.renderedTrain;
  if (dataset === 'rendered' && config.batchSize > numTrain) {
    throw new ConfigError(
      'batchSize',
      `batchSize is ${config.batchSize}, but there are ${numTrain} to train on. Take fewer a step.`,
    );
  }
}

/** Declares the network, so that sizes that do not fit together are told before a run is begun. */
function checkModel(config: MultitaskConfig): void {
  try {
    buildModel(config);
  } catch (cause) {
    if (!(cause instanceof RangeError)) throw cause;
    throw new ConfigError('inputSize', cause.message, { cause });
  }
}
