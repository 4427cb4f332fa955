import type { Preset } from 'training-kit';
import type { ComparisonSettings } from '../comparison/config.js';
import { cifarRecipe } from './cifar.js';
import { quick } from './quick.js';

/**
 * Table 1 in small: the narrow equilibrium model and its block two, three and four times, on the rendered shapes.
 *
 * Repeated blocks take three times the rate: their kernels start ten times as large as the equilibrium model's, and norms
 * make all of them blind to scale, so that equal steps of Adam turn them ten times less.
 *
 * Command: npx nx run deq-compare:compare
 * Expected at seed 1: MDEQ 55 to 65 %, RPG 2×, 3×, 4× 62, 62 to 67, 67 % on test, by processor; three to five times less
 *   time an image
 * Time: 9 minutes on 2 cores of an AMD EPYC (Zen 3), 5 and a half on Zen 4
 */
const compareQuick: Preset<ComparisonSettings> = {
  summary: 'narrow networks of table 1 on rendered shapes; 5 to 9 minutes on 2 cores',
  config: { ...quick.config, blocksLearningRate: 3e-3 },
};

/**
 * Table 1 at full size in 5 epochs: the presets `cifar10-mdeq`, `-rpg2`, `-rpg3` and `-rpg4` in one run.
 *
 * Command: npx nx run deq-compare:compare -- --preset compare-cifar10 --data DIR
 */
const compareCifar10: Preset<ComparisonSettings> = {
  summary: 'table 1 on CIFAR-10 at full size, 5 epochs; hours on 2 cores',
  config: { ...cifarRecipe, dataset: 'cifar10' },
};

/**
 * Table 1 on maps of half the side, for a quarter of the time: the stem halves the images once, which changes no count of
 * parameters. Fixed points are differentiated by phantom gradients, which cost a third of the implicit ones; repeated
 * blocks take three times the rate, as in `compare-quick`.
 *
 * Command: npx nx run deq-compare:compare -- --preset compare-cifar10-halved --data DIR
 */
const compareCifar10Halved: Preset<ComparisonSettings> = {
  summary: 'table 1 on CIFAR-10 with maps of half the side, 5 epochs; two hours and a half on 2 cores',
  config: {
    ...cifarRecipe,
    dataset: 'cifar10',
    numHalvings: 1,
    differentiation: 'phantom',
    blocksLearningRate: 3e-3,
  },
};

/** `compare-cifar10` for CIFAR-100. */
const compareCifar100: Preset<ComparisonSettings> = {
  summary: 'table 1 on CIFAR-100 at full size, 5 epochs; hours on 2 cores',
  config: { ...cifarRecipe, dataset: 'cifar100' },
};

/** By the name that `--preset` takes. */
export const comparisons: Readonly<Record<string, Preset<ComparisonSettings>>> = {
  'compare-quick': compareQuick,
  'compare-cifar10': compareCifar10,
  'compare-cifar10-halved': compareCifar10Halved,
  'compare-cifar100': compareCifar100,
};
