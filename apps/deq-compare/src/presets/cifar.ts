import type { Preset } from 'training-kit';
import type { DeqSettings } from '../config.js';

/** Updates of one epoch: 49,000 images, 64 at a time. */
const EPOCH_STEPS = 765;

/**
 * The columns of table 1 at full size and a tenth of the epochs: the small model of the public MDEQ code, and its block
 * repeated from one ring of one block's size (110,592 numbers).
 *
 * Recipe: the public code's for its small model (Adam at 1e-3, cosine, weight decay 2.5e-6, dropout 0.25, no
 * augmentation), for both sides alike, in 5 epochs instead of 50 and with batch 64 as on each of its two GPUs. The paper
 * does not say how its own side was trained beyond the batch size, weight decay and milestones of all its CIFAR runs.
 * A thousand training images are held out to watch the run. The equilibrium model is unrolled for the first epoch: a
 * fifth of its updates, where the public code takes 3,000 of 19,500.
 */
const recipe: DeqSettings = { valExamples: 1000, batchSize: 64, numEpochs: 5, learningRate: 1e-3 };

const mdeq: DeqSettings = { ...recipe, network: 'mdeq', pretrainSteps: EPOCH_STEPS };

const repeated = (numBlocks: number): DeqSettings => ({ ...recipe, network: 'rpg', numBlocks });

const titles = { cifar10: 'CIFAR-10', cifar100: 'CIFAR-100' } as const;

function presetsOf(dataset: 'cifar10' | 'cifar100', paper: readonly [string, string, string, string]) {
  const named = (name: string, what: string, accuracy: string, config: DeqSettings) => [
    `${dataset}-${name}`,
    {
      summary: `table 1, ${titles[dataset]}: ${what} (paper: ${accuracy} %), 5 epochs`,
      config: { ...config, dataset },
    },
  ];
  return Object.fromEntries([
    named('mdeq', 'MDEQ', paper[0], mdeq),
    ...[2, 3, 4].map((numBlocks) =>
      named(`rpg${numBlocks}`, `RPG, ${numBlocks}× MS block`, paper[numBlocks - 1]!, repeated(numBlocks)),
    ),
  ]) as Record<string, Preset<DeqSettings>>;
}

/**
 * Command: npx nx run deq-compare:train -- --preset NAME --data DIR
 * Time of a step of 64 images on 2 cores of an AMD EPYC (Zen 3): repeated blocks 0.6, 1.0 and 1.4 s; the equilibrium
 * model 3.7 s while unrolled and 6.9 s solved (4.1 s with --differentiation phantom). A run is 3,825 steps: 40 to 90
 * minutes for repeated blocks, between six and seven hours for the equilibrium model.
 */
export const cifarPresets: Readonly<Record<string, Preset<DeqSettings>>> = {
  ...presetsOf('cifar10', ['85.1', '88.5', '90.1', '90.9']),
  ...presetsOf('cifar100', ['59.8', '62.8', '64.7', '65.7']),
};

/** What a comparison on CIFAR has its members trained with. */
export const cifarRecipe: DeqSettings = { ...recipe, pretrainSteps: EPOCH_STEPS };
