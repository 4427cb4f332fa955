// The part of a config that the network follows from.
import type { PoseConfig } from './config.js';
import type { StackedHourglassOptions } from './model.js';

export function modelOptions({ numStacks, inputSize, widthMultiplier, depth }: PoseConfig): StackedHourglassOptions {
  return { numStacks, inputSize, widthMultiplier, ...(depth === null ? {} : { depth }) };
}
