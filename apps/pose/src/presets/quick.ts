import type { Preset } from 'training-kit';
import type { PoseSettings } from '../config.js';

/**
 * The first run: two sub-networks of 64 features from one ring, on rendered figures seen at 80 px; no download.
 *
 * Reproduces: no table; section 5.3 at a scale that two cores can do in minutes.
 * Command: npx nx run pose:train
 * Expected: PCKh@0.5 of 86 % on 500 test figures, seed 1, 12 minutes on one core (docs/experiments.md, pose-quick-s1)
 */
export const quick: Preset<PoseSettings> = {
  summary: '2 sub-networks of 64 features from one ring, on rendered figures; minutes on 2 cores',
  config: {
    dataset: 'rendered',
    renderedTrain: 8000,
    augmentation: 'none',
    inputSize: 80,
    depth: 2,
    numStacks: 2,
    widthMultiplier: 0.25,
    peak: 'exact',
    optimizer: 'adam',
    learningRate: 2e-2,
    warmUpEpochs: 0.2,
    batchSize: 16,
    numEpochs: 4,
  },
};
