// The network of a config: stacked hourglasses with their weights, the same for training, `evaluate` and `predict`.
import { type BackboneSize, createRng, type WeightSource } from 'rpg-core';
import { createWeights, type ForwardCost, type Key, multiplyAddsOf, sizeOfBackbone, weightStream } from 'training-kit';
import { type PoseModel, stackedHourglass, type StackedHourglassOptions } from './model.js';
import { type WeightSettings, weightSourceConfig } from './weights.js';

/** A model and where its weights come from. */
export interface Network {
  readonly model: PoseModel;
  /** The caller disposes it. */
  readonly source: WeightSource;
}

/** As in the config; a depth of null is the usual one for the input size. */
export interface ModelSettings extends Omit<Required<StackedHourglassOptions>, 'depth'> {
  readonly depth: number | null;
}

/** The part of a config that the network follows from. */
export interface NetworkSettings extends ModelSettings, WeightSettings {
  readonly seed: number;
}

/** The model alone; it declares its slots and owns no weights. @throws RangeError for sizes that give none */
export function buildModel({ numStacks, inputSize, widthMultiplier, depth }: ModelSettings): PoseModel {
  return stackedHourglass({ numStacks, inputSize, widthMultiplier, ...(depth === null ? {} : { depth }) });
}

/** N and M of a config's network. @throws ConfigError for a ring size that does not fit it */
export function networkSize(config: ModelSettings & WeightSettings): BackboneSize {
  const { slots } = buildModel(config);
  return sizeOfBackbone(slots, weightSourceConfig(slots, config));
}

/** What a forward pass of one image costs, all sub-networks together. */
export function forwardCost(config: ModelSettings): ForwardCost {
  const model = buildModel(config);
  return { multiplyAdds: multiplyAddsOf(model, model.inputSize).total };
}

/**
 * Builds the network of a config with weights as training begins with them. The same config and key give the same
 * weights.
 *
 * @param key what weights are drawn from in place of the seed
 * @throws RangeError for sizes that give no network, ConfigError for a ring size that does not fit it
 */
export function buildNetwork(config: NetworkSettings, { key }: { readonly key?: Key | undefined } = {}): Network {
  const model = buildModel(config);
  const rng = weightStream(createRng(config.seed), key);
  return { model, source: createWeights(model.slots, weightSourceConfig(model.slots, config), rng) };
}
