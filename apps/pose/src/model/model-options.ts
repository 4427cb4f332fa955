// The part of a config that the network follows from.
import type { StackedHourglassOptions } from './model.js';

/** As in the config; a depth of null is the usual one for the input size. */
export interface ModelSettings extends Omit<Required<StackedHourglassOptions>, 'depth'> {
  readonly depth: number | null;
}

export function modelOptions({ numStacks, inputSize, widthMultiplier, depth }: ModelSettings): StackedHourglassOptions {
  return { numStacks, inputSize, widthMultiplier, ...(depth === null ? {} : { depth }) };
}
