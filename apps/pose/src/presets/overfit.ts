import type { Preset } from 'training-kit';
import type { PoseSettings } from '../config.js';

/**
 * Learns 32 people by heart: the check that data, network, loss and decoding fit together on real photographs.
 *
 * Reproduces: no table.
 * Command: npx nx run pose:train -- --preset overfit --images DIR --annotations FILE --val-annotations FILE
 * Expected: PCKh@0.5 of 98.9 % on those 32, seed 1 (docs/experiments.md, people-32)
 */
export const overfit: Preset<PoseSettings> = {
  summary: 'learns 32 people of real images by heart: a check of the whole pipeline',
  config: {
    dataset: 'mpii',
    boxRule: 'enlarged',
    trainExamples: 32,
    inputSize: 80,
    depth: 2,
    numStacks: 2,
    widthMultiplier: 0.25,
    augmentation: 'none',
    optimizer: 'adam',
    learningRate: 8e-3,
    peak: 'exact',
    numEpochs: 900,
    batchSize: 16,
    evalEvery: 150,
  },
};
