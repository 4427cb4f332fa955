// The experiments of this app, by the name that `--name` takes.
import type { Experiment } from 'training-kit/commands';
import { equilibriumOrBlocks } from './table1.js';

export const experiments: Readonly<Record<string, Experiment>> = { table1: equilibriumOrBlocks };
