// The settings that have a name.
import type { Preset } from 'training-kit';
import type { MultitaskSettings } from '../config.js';
import { quick } from './quick.js';
import { table5Small } from './table5-small.js';
import { tune } from './tune.js';

/** By the name that `--preset` takes. */
export const presets: Readonly<Record<string, Preset<MultitaskSettings>>> = {
  quick,
  'table5-small': table5Small,
  tune,
};
