import type { Preset } from 'training-kit';
import type { PoseSettings } from '../config.js';

/**
 * One cell of table 4 at a scale that two cores can do in minutes: rendered figures, 64 features. Every cell has the
 * same data and steps; `--num-stacks` and `--weights` choose it. Adam moves a ring less far downhill than weights of
 * their own, so ours is run with `--learning-rate` 2e-2·√(M/N) as well: 2.8e-2 for two sub-networks, 4e-2 for four.
 *
 * Reproduces: the form of tables 4 and 6(b), at reduced scale (docs/experiments.md).
 * Command: npx nx run pose:train -- --preset table4-small --num-stacks 4 --weights shared
 */
export const table4Small: Preset<PoseSettings> = {
  summary: 'a cell of table 4 on rendered figures at a quarter of the width; choose it with --num-stacks and --weights',
  config: {
    dataset: 'rendered',
    renderedTrain: 8000,
    renderedTest: 1000,
    augmentation: 'none',
    inputSize: 64,
    depth: 2,
    widthMultiplier: 0.25,
    peak: 'exact',
    optimizer: 'adam',
    learningRate: 2e-2,
    warmUpEpochs: 0.2,
    batchSize: 16,
    numEpochs: 2,
  },
};
