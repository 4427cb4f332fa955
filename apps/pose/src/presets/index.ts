// The settings that have a name.
import type { Preset } from 'training-kit';
import type { PoseSettings } from '../config.js';
import { overfit } from './overfit.js';
import { paperMpiiPresets } from './paper-mpii.js';
import { quick } from './quick.js';
import { table4Small } from './table4-small.js';

/** By the name that `--preset` takes. */
export const presets: Readonly<Record<string, Preset<PoseSettings>>> = {
  quick,
  'table4-small': table4Small,
  overfit,
  ...paperMpiiPresets,
};
