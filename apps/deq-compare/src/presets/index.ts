// The settings that have a name.
import type { Preset } from 'training-kit';
import type { DeqSettings } from '../config.js';
import { cifarPresets } from './cifar.js';
import { quick } from './quick.js';

/** By the name that `--preset` takes. */
export const presets: Readonly<Record<string, Preset<DeqSettings>>> = {
  quick,
  ...cifarPresets,
};
