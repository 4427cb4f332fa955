// The part of a config that the network follows from.
import type { MultitaskConfig } from './config.js';
import type { StackedSharpNetOptions } from './model.js';
import { normSharingOf } from './weights.js';

export function modelOptions(config: MultitaskConfig): StackedSharpNetOptions {
  const { numStacks, inputSize, widthMultiplier, weights } = config;
  return { numStacks, inputSize, widthMultiplier, norms: normSharingOf(weights) };
}
