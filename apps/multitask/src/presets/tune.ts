import type { Preset } from 'training-kit';
import type { MultitaskSettings } from '../config.js';

/**
 * Goes on from a network of rendered rooms on a few real frames in the layout of 2D-3D-S; the network must be the one
 * that the checkpoint was made with.
 *
 * With SGD: depths of another scene lie elsewhere, and what moves them all is one number, the shift of the last norm. Its
 * gradient is large, but a step of Adam is no larger for that: 240 of them at a rate that spares the rest hardly move it.
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
    optimizer: 'sgd',
    learningRate: 0.01,
    numEpochs: 120,
  },
};
