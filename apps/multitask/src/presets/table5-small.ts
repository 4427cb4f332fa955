import type { Preset } from 'training-kit';
import type { MultitaskSettings } from '../config.js';

/**
 * One row of table 5 at a scale that two cores can do in minutes: rendered rooms, an eighth of the width. Every row
 * has the same data, steps and learning rates; `--num-stacks` and `--weights` choose it.
 *
 * Reproduces: the form of table 5, at reduced scale (docs/experiments.md).
 * Command: npx nx run multitask:train -- --preset table5-small --num-stacks 1 --weights independent
 *   and, each with --num-stacks 2: --weights shared-with-norms, --weights shared, --weights ring
 */
export const table5Small: Preset<MultitaskSettings> = {
  summary: 'a row of table 5 on rendered rooms; choose it with --num-stacks and --weights',
  config: { dataset: 'rendered', numEpochs: 4 },
};
