// The settings that have a name.
import type { Preset } from 'training-kit';
import type { ClassificationSettings } from '../config.js';
import { cifar10Small } from './cifar10-small.js';
import { cifar100Small } from './cifar100-small.js';
import { paperCifarPresets } from './paper-cifar.js';
import { paperImagenetPresets } from './paper-imagenet.js';
import { quick } from './quick.js';
import { tinyImagenetSmall } from './tiny-imagenet-small.js';

/** By the name that `--preset` takes. */
export const presets: Readonly<Record<string, Preset<ClassificationSettings>>> = {
  quick,
  'cifar10-small': cifar10Small,
  'cifar100-small': cifar100Small,
  'tiny-imagenet-small': tinyImagenetSmall,
  ...paperCifarPresets,
  ...paperImagenetPresets,
};
