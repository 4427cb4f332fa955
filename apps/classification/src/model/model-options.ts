// The part of a config that the network follows from.
import { precisionInUse } from 'rpg-core';
import type { ResNetOptions } from 'rpg-core/resnet';
import type { ClassificationConfig } from '../config.js';

/** The settings of a config that say what the network is. */
export type ModelSettings = Pick<ClassificationConfig, 'depth' | 'width' | 'stem' | 'precision'>;

/** The precision is the one that the current backend computes in: ask after it is loaded. */
export function modelOptions(
  { depth, width, stem, precision }: ModelSettings,
  numClasses: number,
): Required<ResNetOptions> {
  return { depth, width, stem, numClasses, precision: precisionInUse(precision === 'auto' ? 'bfloat16' : precision) };
}
