// The experiments of this app, by the name that `--name` takes.
import type { Experiment } from 'training-kit/commands';
import { stackedHourglasses } from './stacked-hourglasses.js';

export const experiments: Readonly<Record<string, Experiment>> = { 'stacked-hourglasses': stackedHourglasses };
