import type { Preset } from 'training-kit';
import type { PoseSettings } from '../config.js';

/**
 * The first run: two sub-networks of 32 features from one ring, on rendered figures of 64 px; no download.
 *
 * Reproduces: no table; section 5.3 at a scale that two cores can do in minutes.
 * Command: npx nx run pose:train
 */
export const quick: Preset<PoseSettings> = {
  summary: '2 sub-networks of 32 features from one ring, on rendered figures; minutes on 2 cores',
  config: { dataset: 'rendered', numStacks: 2, numEpochs: 8, learningRate: 2e-3, augmentation: 'none' },
};
