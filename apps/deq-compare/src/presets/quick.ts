import type { Preset } from 'training-kit';
import type { CompareSettings } from '../config.js';

/**
 * The first run: a narrow equilibrium model on the rendered shapes; no download.
 *
 * Reproduces: no table; a fixed point found, differentiated and learnt by, in minutes.
 * Command: npx nx run deq-compare:train
 */
export const quick: Preset<CompareSettings> = {
  summary: 'a narrow equilibrium model on rendered shapes; minutes on 2 cores',
  config: {
    dataset: 'rendered',
    channels: [16, 16],
    headChannels: [8, 16],
    numHalvings: 1,
    dropoutRate: 0,
    pretrainSteps: 120,
    forwardSteps: 12,
    backwardSteps: 12,
    numEpochs: 4,
    learningRate: 3e-3,
  },
};
