// The experiments of this app, by the name that `--name` takes.
import type { Experiment } from 'training-kit/commands';
import { stackedSharpNets } from './stacked-sharp-nets.js';

export const experiments: Readonly<Record<string, Experiment>> = { 'stacked-sharp-nets': stackedSharpNets };
