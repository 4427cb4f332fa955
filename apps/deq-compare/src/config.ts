// All settings of a run with their defaults: the only place where a default stands. One config is one network: an
// equilibrium model or repeated blocks.
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
import { datasetFacts, datasetNames } from './data/dataset.js';
import { backboneSizes } from './model/block-options.js';
import { buildModel } from './model/network.js';
import { differentiations, solverNames } from './model/solver-settings.js';
import { weightModes } from './model/weights.js';

const count = z.int().min(1);
const countOrNone = z.int().min(0);
const { tiny } = backboneSizes;

/** The settings; each becomes a flag of the command line. */
export const configSchema = z.strictObject({
  // data
  dataset: z.enum(datasetNames).default('rendered').describe('what to train on; rendered needs no download'),
  data: pathText().nullable().default(null).describe('folder of the CIFAR binaries'),
  valExamples: countOrNone.default(500).describe('held out of train (rendered: painted on top) to watch the run'),
  renderedTrain: count.default(5000).describe('training images of the rendered set'),
  renderedTest: count.default(1000).describe('test images of the rendered set'),
  augment: z.boolean().default(false).describe('random crop and mirror; the small model is trained without'),
  numWorkers: count.default(1).describe('threads that make batches'),

  // model
  network: z.enum(['mdeq', 'rpg']).default('mdeq').describe('fixed point of a block, or the block repeated'),
  numBlocks: count.default(2).describe('repetitions of the block (rpg)'),
  channels: z
    .array(count)
    .default([...tiny.channels])
    .describe('of each scale, multiples of 8'),
  headChannels: z
    .array(count)
    .default([...tiny.headChannels])
    .describe('inner width of each scale’s bottleneck'),
  finalChannels: count.default(tiny.finalChannels).describe('width in front of the classifier'),
  numHalvings: z.literal([0, 1, 2]).default(0).describe('convolutions of the stem with stride 2; none in table 1'),
  dropoutRate: z.number().min(0).lt(1).default(tiny.dropoutRate).describe('share of a block’s channels left out'),

  // weights
  weights: z.enum(weightModes).default('ring').describe('of the repeated blocks: generated, the same, or each its own'),
  ringSize: ringSizeSetting
    .nullable()
    .default(null)
    .describe('N: a share of the blocks’ weights up to 1, or a number of elements; one block’s when left out'),
  ...ringDrawSettings({ sampling: 'even', reflect: true, ringStart: 'rms' }),

  // fixed point (mdeq)
  solver: z.enum(solverNames).default('broyden').describe('how fixed points are looked for'),
  forwardSteps: count.default(18).describe('evaluations of the block at most in the forward search'),
  backwardSteps: count.default(20).describe('the same in the backward search (implicit)'),
  tolerance: z.number().positive().default(1e-3).describe('relative residual at which a search has converged'),
  differentiation: z
    .enum(differentiations)
    .default('implicit')
    .describe('of the fixed point, through some steps behind it, or of a fixed number of steps without a search'),
  phantomSteps: count.default(5).describe('steps that are differentiated (phantom)'),
  phantomDamping: z.number().positive().max(1).default(0.5).describe('share of a step’s result in each (phantom)'),
  pretrainSteps: countOrNone.default(0).describe('updates at the start in which the block is unrolled'),
  numUnrolled: count.default(10).describe('applications of the block while it is unrolled'),
  onUnsolved: z
    .enum(['count', 'stop'])
    .default('count')
    .describe('a search that does not converge: take its best iterate and count it, or stop the run'),

  // optimisation
  optimizer: z.enum(['sgd', 'adam']).default('adam').describe('SGD with momentum, or Adam, as MDEQ has it'),
  ...optimisationSettings('images', {
    numEpochs: 5,
    batchSize: 64,
    learningRate: 1e-3,
    schedule: 'cosine',
    milestones: [60, 120, 160],
    gamma: 0.1,
    warmUpEpochs: 0,
  }),
  momentum: z.number().min(0).lt(1).default(0.9).describe('of SGD'),
  ringRate: ringRateSetting('same'),
  weightDecay: z.number().min(0).default(2.5e-6).describe('on all weights alike'),

  // run
  ...runSettings({ seed: 1, evalEvery: 1, checkpointEvery: 100, keepCheckpoints: 2 }),
});

/** A resolved config. */
export type DeqConfig = z.output<typeof configSchema>;

/** What a preset or a flag may give. */
export type DeqSettings = z.input<typeof configSchema>;

/** What each setting means to a run that is resumed. */
export const resumeRules = {
  dataset: 'fixed',
  data: 'free',
  valExamples: 'fixed',
  renderedTrain: 'fixed',
  renderedTest: 'fixed',
  augment: 'future',
  numWorkers: 'free',
  network: 'fixed',
  numBlocks: 'fixed',
  channels: 'fixed',
  headChannels: 'fixed',
  finalChannels: 'fixed',
  numHalvings: 'fixed',
  dropoutRate: 'future',
  weights: 'fixed',
  ringSize: 'fixed',
  sampling: 'fixed',
  reflect: 'fixed',
  ringStart: 'fixed',
  solver: 'fixed',
  forwardSteps: 'future', // what a search that does not converge is told to raise
  backwardSteps: 'future',
  tolerance: 'future',
  differentiation: 'fixed',
  phantomSteps: 'fixed',
  phantomDamping: 'fixed',
  pretrainSteps: 'fixed',
  numUnrolled: 'fixed',
  onUnsolved: 'future',
  optimizer: 'fixed',
  ...optimisationResumeRules,
  momentum: 'future',
  ...runResumeRules,
} as const satisfies ResumeRules<DeqConfig>;

/** Checks what spans several keys and can be told before any data is read. @throws ConfigError */
export function checkConfig(config: DeqConfig): void {
  const { dataset, data, network, numBlocks, weights, ringSize, batchSize, renderedTrain } = config;
  if (dataset !== 'rendered' && data === null) {
    throw new ConfigError(
      'data',
      `dataset is ${dataset}, but no folder is given. Pass --data DIR, the folder of the binary version ` +
        `(${dataset === 'cifar10' ? 'cifar-10-batches-bin' : 'cifar-100-binary'}) or its parent.`,
    );
  }
  if (network === 'mdeq' && numBlocks !== configSchema.shape.numBlocks.parse(undefined)) {
    throw new ConfigError(
      'numBlocks',
      `numBlocks is ${numBlocks}, but the network is mdeq, which has one block. Pass --network rpg, or leave it out.`,
    );
  }
  if (ringSize !== null && (network === 'mdeq' || weights !== 'ring')) {
    const why = network === 'mdeq' ? 'the network is mdeq, whose block has its own weights' : `weights are ${weights}`;
    throw new ConfigError('ringSize', `ringSize is ${ringSize}, but ${why}: there is no ring. Leave it out.`);
  }
  if (dataset === 'rendered' && batchSize > renderedTrain) {
    throw new ConfigError(
      'batchSize',
      `batchSize is ${batchSize}, but there are ${renderedTrain} to train on. Take fewer a step.`,
    );
  }
  checkHalvings(config);
  checkNetwork(config);
}

/** Images of all datasets are 32 pixels a side. */
const MAX_HALVINGS = 5;

/** Every scale but the first halves the map once more. */
function checkHalvings({ numHalvings, channels }: DeqConfig): void {
  const total = numHalvings + Math.max(0, channels.length - 1);
  if (total <= MAX_HALVINGS) return;
  throw new ConfigError(
    'numHalvings',
    `numHalvings is ${numHalvings} and channels has ${channels.length} scales: images of 32 pixels a side would be ` +
      `halved ${total} times, expected at most ${MAX_HALVINGS} times. Take fewer scales or a smaller numHalvings.`,
  );
}

/** Declares the network, so that sizes that do not fit together are told before a run is begun. */
function checkNetwork(config: DeqConfig): void {
  try {
    buildModel(config, datasetFacts[config.dataset].numClasses);
  } catch (cause) {
    if (!(cause instanceof RangeError)) throw cause;
    throw new ConfigError('channels', cause.message, { cause });
  }
}
