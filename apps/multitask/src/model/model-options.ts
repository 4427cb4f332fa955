// The part of a config that the network follows from.
import type { StackedSharpNetOptions } from './model.js';
import { normSharingOf, type WeightMode } from './weights.js';

export interface ModelSettings extends Omit<Required<StackedSharpNetOptions>, 'norms'> {
  readonly weights: WeightMode;
}

export function modelOptions(settings: ModelSettings): StackedSharpNetOptions {
  const { numStacks, inputSize, widthMultiplier, weights } = settings;
  return { numStacks, inputSize, widthMultiplier, norms: normSharingOf(weights) };
}
