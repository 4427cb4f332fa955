// All settings of a classification run with their defaults: the only place where a default stands.
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
import { datasetNames } from './data/dataset.js';

const count = z.int().min(1);
const countOrNone = z.int().min(0);

/** The settings; each becomes a flag of the command line. */
export const configSchema = z.strictObject({
  // data
  dataset: z.enum(datasetNames).default('rendered').describe('what to train on; rendered needs no download'),
  data: pathText().nullable().default(null).describe('folder of the CIFAR binaries, or of train/ and val/ (folder)'),
  valExamples: countOrNone.default(1000).describe('held out of train (rendered: painted on top) to watch the run'),
  imageSize: count.default(224).describe('side of the images of a folder, in pixels'),
  numWorkers: count.nullable().default(null).describe('threads that make batches; none: 1, for a folder all cores'),
  renderedTrain: count.default(10_000).describe('training images of the rendered set'),
  renderedTest: count.default(2000).describe('test images of the rendered set'),
  cropPaddingPx: countOrNone
    .default(4)
    .describe('random crop: zeros on each side before it (folder: random resized crop instead)'),
  flip: z.boolean().default(true).describe('mirror half of the images'),
  rotationDegrees: z.number().min(0).max(180).default(0).describe('random rotation up to this angle'),
  cutoutPx: countOrNone.default(0).describe('side of a random square set to the mean'),

  // model
  depth: z.literal([18, 34]).default(18).describe('layers of the ResNet'),
  width: count.default(16).describe('channels of the first stage; 64 is the full network'),
  stem: z
    .enum(['cifar', 'imagenet'])
    .default('cifar')
    .describe('3x3 stem, or 7x7 at stride 2 with pooling for images of 128 pixels and more'),

  precision: z
    .enum(['auto', 'float32', 'bfloat16'])
    .default('auto')
    .describe('of activations in training; auto: bfloat16 where the processor is fast with it, else float32'),

  // weights
  weights: z
    .enum(['ring', 'independent', 'shared'])
    .default('ring')
    .describe('backbone weights: generated, plain, or equal blocks of a stage sharing theirs'),
  ringSize: ringSizeSetting.default(0.5).describe('N: a share of the backbone up to 1, or a number of elements'),
  scope: z.enum(['global', 'block']).default('global').describe('one ring, or one a building block (figure 3)'),
  generator: z
    .enum(['linear', 'shaped', 'paired'])
    .default('linear')
    .describe('K = R·W; with a function that each layer learns; or of sums of two elements'),
  ...ringDrawSettings({ sampling: 'even', reflect: true, ringStart: 'rms' }),

  // optimisation
  optimizer: z.enum(['sgd', 'adam']).default('sgd').describe('SGD with momentum, or Adam'),
  ...optimisationSettings('images', {
    numEpochs: 10,
    batchSize: 128,
    learningRate: 0.1,
    schedule: 'cosine',
    milestones: [60, 120, 160],
    gamma: 0.1,
    warmUpEpochs: 1,
  }),
  momentum: z.number().min(0).lt(1).default(0.9).describe('of SGD'),
  nesterov: z.boolean().default(false).describe('look ahead along the momentum'),
  ringRate: ringRateSetting('same'),
  weightDecay: z.number().min(0).default(5e-4).describe('on ring, norms, stem and head alike'),
  startFrom: pathText().nullable().default(null).describe('checkpoint whose weights this run starts with'),
  pruneFilters: z
    .number()
    .min(0)
    .lt(1)
    .default(0)
    .describe('share of each layer’s filters, those of lowest ℓ1 norm in startFrom, that are held at zero'),

  // run
  ...runSettings({ seed: 1, evalEvery: 1, checkpointEvery: 200, keepCheckpoints: 2 }),
});

/** A resolved config. */
export type ClassificationConfig = z.output<typeof configSchema>;

/** What a preset or a flag may give. */
export type ClassificationSettings = z.input<typeof configSchema>;

/** What each setting means to a run that is resumed. */
export const resumeRules = {
  dataset: 'fixed',
  data: 'free',
  valExamples: 'fixed',
  imageSize: 'fixed',
  numWorkers: 'free',
  renderedTrain: 'fixed',
  renderedTest: 'fixed',
  cropPaddingPx: 'future',
  flip: 'future',
  rotationDegrees: 'future',
  cutoutPx: 'future',
  depth: 'fixed',
  width: 'fixed',
  stem: 'fixed',
  precision: 'future',
  weights: 'fixed',
  ringSize: 'fixed',
  scope: 'fixed',
  generator: 'fixed',
  sampling: 'fixed',
  reflect: 'fixed',
  ringStart: 'fixed',
  optimizer: 'fixed',
  ...optimisationResumeRules,
  momentum: 'future',
  nesterov: 'future',
  startFrom: 'fixed',
  pruneFilters: 'fixed',
  ...runResumeRules,
} as const satisfies ResumeRules<ClassificationConfig>;

const folderWanted = {
  cifar10: 'the folder of the binary version (cifar-10-batches-bin) or its parent',
  cifar100: 'the folder of the binary version (cifar-100-binary) or its parent',
  folder: 'the folder that holds train/<class> and val/<class>',
} as const;

/** Checks what spans several keys. @throws ConfigError */
export function checkConfig(config: ClassificationConfig): void {
  if (config.dataset !== 'rendered' && config.data === null) {
    throw new ConfigError(
      'data',
      `dataset is ${config.dataset}, but no folder is given. Pass --data DIR, ${folderWanted[config.dataset]}.`,
    );
  }
  for (const key of ['rotationDegrees', 'cutoutPx'] as const) {
    if (config.dataset === 'folder' && config[key] !== 0) {
      throw new ConfigError(
        key,
        `${key} is ${config[key]}, but images of a folder are augmented by random resized crop and flip alone. Leave ` +
          `it out.`,
      );
    }
  }
  checkLastMap(config);
  checkPruning(config);
  if (config.optimizer === 'sgd' && config.nesterov && config.momentum === 0) {
    throw new ConfigError('nesterov', 'nesterov is on, but momentum is 0; give it a momentum, 0.9 for instance.');
  }
}

/** Filters are told apart by what a trained ring makes of them. @throws ConfigError */
function checkPruning({ pruneFilters, startFrom, weights, generator }: ClassificationConfig): void {
  if (pruneFilters === 0) return;
  if (startFrom === null) {
    throw new ConfigError(
      'pruneFilters',
      `pruneFilters is ${pruneFilters}, but startFrom names no checkpoint: filters are chosen by the norms that they have in a ` +
        'trained network. Give startFrom, too.',
    );
  }
  if (weights !== 'ring' || generator !== 'linear') {
    throw new ConfigError(
      'pruneFilters',
      `pruneFilters is ${pruneFilters}, but weights are ${weights}${weights === 'ring' ? ` of the generator ${generator}` : ''}: ` +
        'filters of linear rings alone can be held at zero. Leave it out.',
    );
  }
}

/** Of the network's images, in pixels. */
export function imageSide({ dataset, imageSize }: Pick<ClassificationConfig, 'dataset' | 'imageSize'>): number {
  return dataset === 'folder' ? imageSize : 32;
}

/** Batch norms need more than one value a channel: the last stage has the fewest. @throws ConfigError */
function checkLastMap({ dataset, imageSize, stem, batchSize }: ClassificationConfig): void {
  const side = imageSide({ dataset, imageSize });
  const numHalvings = stem === 'imagenet' ? 5 : 3;
  const lastSide = Math.ceil(side / 2 ** numHalvings);
  if (batchSize > 1 || lastSide > 1) return;
  throw new ConfigError(
    'batchSize',
    `batchSize is 1, and images of ${side} pixels behind the ${stem} stem end as one pixel: batch norms would have one ` +
      'value a channel in training, expected more. Take more images a step, or larger ones.',
  );
}
