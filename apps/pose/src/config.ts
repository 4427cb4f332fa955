// All settings of a pose run with their defaults: the only place where a default stands.
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
import { datasetNames } from './data/dataset-names.js';
import { type AugmentationName, augmentations } from './data/views/augment.js';
import { type BoxRuleName, boxRules } from './data/views/crop.js';
import { pckhVariants } from './metrics/pckh-variants.js';
import { buildModel } from './model/network.js';
import { weightModes } from './model/weights.js';

const count = z.int().min(1);
const countOrNone = z.int().min(0);
const namesOf = <Name extends string>(named: Readonly<Record<Name, unknown>>) => Object.keys(named) as Name[];

/** The settings; each becomes a flag of the command line. */
export const configSchema = z.strictObject({
  // data
  dataset: z.enum(datasetNames).default('rendered').describe('what to train on; rendered needs no download'),
  images: pathText().nullable().default(null).describe('folder of the image files (mpii)'),
  annotations: pathText().nullable().default(null).describe('annotation file: .json, .h5 or .mat (mpii)'),
  valAnnotations: pathText().nullable().default(null).describe('annotation file of val, where it is one of its own'),
  firstPixel: z
    .literal([0, 1])
    .nullable()
    .default(null)
    .describe('what a json in HRNet’s form counts its first pixel as; found out where gt_valid.mat shows it, else 0'),
  boxRule: z
    .enum(['own', ...namesOf<BoxRuleName>(boxRules)])
    .default('own')
    .describe('box around a person from center and scale; own: as the dataset means them'),
  onBadImage: z.enum(['stop', 'skip']).default('stop').describe('what to do at an image that does not decode'),
  trainExamples: count.nullable().default(null).describe('train on this many people, drawn; all when left out'),
  valExamples: countOrNone.default(300).describe('people held out to watch the run, where no file says which'),
  renderedTrain: count.default(4000).describe('training figures of the rendered set'),
  renderedTest: count.default(500).describe('test figures of the rendered set'),
  renderedSizePx: z.int().min(64).max(128).default(96).describe('side of a rendered image'),
  numWorkers: count.default(1).describe('threads that make batches'),
  augmentation: z
    .enum(namesOf<AugmentationName>(augmentations))
    .default('hourglass')
    .describe('random views, as the named recipe draws them'),

  // model
  inputSize: count.default(64).describe('side of the network’s images in pixels; 256 is the full network'),
  numStacks: count.default(2).describe('sub-networks'),
  widthMultiplier: z.number().positive().default(0.125).describe('share of the full network’s 256 features'),
  depth: count.nullable().default(null).describe('halvings of an hourglass; down to a map of 4 when left out'),

  // weights
  weights: z
    .enum(weightModes)
    .default('ring')
    .describe('sub-networks’ convolutions: from one ring, the same in all, or each its own'),
  ringSize: ringSizeSetting
    .nullable()
    .default(null)
    .describe('N: a share of the generated weights up to 1, or a number; one sub-network’s when left out'),
  ...ringDrawSettings({ sampling: 'even', reflect: true, ringStart: 'rms' }),

  // loss
  sigmaPx: z.number().positive().default(1).describe('standard deviation of a target, in pixels of the heat map'),
  peak: z.enum(['pixel', 'exact']).default('pixel').describe('a target’s peak on the nearest pixel, or between'),

  // optimisation
  optimizer: z.enum(['rmsprop', 'adam']).default('rmsprop').describe('RMSprop as PyTorch’s, or Adam'),
  ...optimisationSettings('people', {
    numEpochs: 10,
    batchSize: 16,
    learningRate: 2.5e-4,
    schedule: 'cosine',
    milestones: [60, 90],
    gamma: 0.1,
    warmUpEpochs: 0,
  }),
  ringRate: ringRateSetting('same'),
  weightDecay: z.number().min(0).default(0).describe('on all weights alike'),

  // evaluation
  pckh: z.enum(pckhVariants).default('A').describe('which definition of PCKh stands first and chooses the best'),
  flipTest: z.boolean().default(true).describe('average with the prediction for the mirrored image'),

  // run
  ...runSettings({ seed: 1, evalEvery: 1, checkpointEvery: 200, keepCheckpoints: 2 }),
});

/** A resolved config. */
export type PoseConfig = z.output<typeof configSchema>;

/** What a preset or a flag may give. */
export type PoseSettings = z.input<typeof configSchema>;

/** What each setting means to a run that is resumed. */
export const resumeRules = {
  dataset: 'fixed',
  images: 'free',
  annotations: 'fixed',
  valAnnotations: 'fixed',
  firstPixel: 'fixed',
  boxRule: 'fixed',
  onBadImage: 'future',
  trainExamples: 'fixed',
  valExamples: 'fixed',
  renderedTrain: 'fixed',
  renderedTest: 'fixed',
  renderedSizePx: 'fixed',
  numWorkers: 'free',
  augmentation: 'future',
  inputSize: 'fixed',
  numStacks: 'fixed',
  widthMultiplier: 'fixed',
  depth: 'fixed',
  weights: 'fixed',
  ringSize: 'fixed',
  sampling: 'fixed',
  reflect: 'fixed',
  ringStart: 'fixed',
  sigmaPx: 'fixed',
  peak: 'fixed',
  optimizer: 'fixed',
  ...optimisationResumeRules,
  pckh: 'fixed', // the curve and the best step are of one definition; `evaluate` gives all of them
  flipTest: 'fixed', // likewise
  ...runResumeRules,
} as const satisfies ResumeRules<PoseConfig>;

/** Checks what spans several keys and can be told before any data is read. @throws ConfigError */
export function checkConfig(config: PoseConfig): void {
  const { dataset, images, annotations, weights, ringSize } = config;
  if (dataset === 'mpii' && (images === null || annotations === null)) {
    throw new ConfigError(
      images === null ? 'images' : 'annotations',
      'dataset is mpii, which is read from files. Pass --images DIR, the folder of the image files, and ' +
        '--annotations FILE (.json, .h5 or .mat).',
    );
  }
  if (weights !== 'ring' && ringSize !== null) {
    throw new ConfigError(
      'ringSize',
      `ringSize is ${ringSize}, but weights are ${weights}: there is no ring. Leave it out.`,
    );
  }
  checkModel(config);
  const numTrain = config.trainExamples ?? config.renderedTrain;
  if (dataset === 'rendered' && config.batchSize > numTrain) {
    throw new ConfigError(
      'batchSize',
      `batchSize is ${config.batchSize}, but there are ${numTrain} to train on. Take fewer a step.`,
    );
  }
}

/** Declares the network, so that sizes that do not fit together are told before a run is begun. */
function checkModel(config: PoseConfig): void {
  try {
    buildModel(config);
  } catch (cause) {
    if (!(cause instanceof RangeError)) throw cause;
    throw new ConfigError('inputSize', cause.message, { cause });
  }
}
