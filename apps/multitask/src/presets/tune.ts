import type { Preset } from 'training-kit';
import type { MultitaskSettings } from '../config.js';

/**
 * Goes on from a network of rendered rooms on a few real frames in the layout of 2D-3D-S; the network must be the one
 * that the checkpoint was made with.
 *
 * Reproduces: no table.
 * Command: npx nx run multitask:train -- --preset tune --start-from FILE --folder DIR --train-areas NAME --test-areas NAME
 */
export const tune: Preset<MultitaskSettings> = {
  summary: 'tunes a network of rendered rooms on a few real frames',
  config: {
    dataset: '2d3ds',
    augmentation: 'inside',
    valExamples: 0,
    batchSize: 8,
    learningRate: 5e-4,
    numEpochs: 60,
  },
};
