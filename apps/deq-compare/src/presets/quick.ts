import type { Preset } from 'training-kit';
import type { DeqSettings } from '../config.js';

/**
 * The first run: a narrow equilibrium model on the rendered shapes, maps of 16 × 16 and 8 × 8; no download. The block is
 * unrolled for one epoch, then its fixed point is looked for.
 *
 * Reproduces: no table; a fixed point found, differentiated and learnt by, in minutes.
 * Command: npx nx run deq-compare:train
 * Expected: 54.9 % test accuracy at seed 1 (59.4 % before the last bits of convolutions changed); searches end at
 *   residuals of 0.04 to 0.2
 * Time: 5 minutes on 2 cores of an AMD EPYC (Zen 3)
 */
export const quick: Preset<DeqSettings> = {
  summary: 'a narrow equilibrium model on rendered shapes; 5 minutes on 2 cores',
  config: {
    dataset: 'rendered',
    valExamples: 300,
    channels: [16, 16],
    numHalvings: 1,
    dropoutRate: 0,
    forwardSteps: 10,
    backwardSteps: 10,
    pretrainSteps: 156,
    numUnrolled: 5,
    numEpochs: 3,
    batchSize: 32,
  },
};
