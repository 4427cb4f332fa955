import type { Preset } from 'training-kit';
import type { ComparisonSettings } from '../compare-config.js';
import { quick } from './quick.js';

/**
 * Table 1 in small: the narrow equilibrium model and its block two, three and four times, on the rendered shapes.
 *
 * Command: npx nx run deq-compare:compare
 */
const compareQuick: Preset<ComparisonSettings> = {
  summary: 'narrow networks of table 1 on rendered shapes; minutes on 2 cores',
  config: { ...quick.config },
};

/** By the name that `--preset` takes. */
export const comparisons: Readonly<Record<string, Preset<ComparisonSettings>>> = {
  'compare-quick': compareQuick,
};
