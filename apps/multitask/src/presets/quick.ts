import type { Preset } from 'training-kit';
import type { MultitaskSettings } from '../config.js';

/**
 * The first run: two SharpNets of an eighth of the width, a ring a building block, on rendered rooms of 64 px; no
 * download.
 *
 * Reproduces: no table; section 5.4 at a scale that two cores can do in minutes.
 * Command: npx nx run multitask:train
 */
export const quick: Preset<MultitaskSettings> = {
  summary: '2 sub-networks of an eighth of the width, on rendered rooms; minutes on 2 cores',
  config: { dataset: 'rendered', numStacks: 2, numEpochs: 5 },
};
