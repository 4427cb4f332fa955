// The network of a config: an equilibrium model or repeated blocks with its weights, the same for training, `evaluate`
// and `compare`.
import { type BackboneSize, createRng, type WeightSource } from 'rpg-core';
import { createWeights, type ForwardCost, type Key, multiplyAddsOf, sizeOfBackbone, weightStream } from 'training-kit';
import { type DataConfig, datasetFacts } from '../data/dataset.js';
import type { BackboneOptions } from './block-options.js';
import { mdeq } from './mdeq.js';
import type { DeqModel } from './model.js';
import { repeatedBlock } from './repeated-block.js';
import { equilibriumSettings, type SolverSettings } from './solver-settings.js';
import { type WeightSettings, weightSourceConfig } from './weights.js';

/** A model and where its weights come from. */
export interface Network {
  readonly model: DeqModel;
  /** The caller disposes it. */
  readonly source: WeightSource;
}

/** The part of a config that the model follows from. */
export interface ModelSettings extends BackboneOptions, SolverSettings {
  readonly network: 'mdeq' | 'rpg';
  readonly numBlocks: number;
}

/** The part of a config that the network follows from. */
export interface NetworkSettings extends ModelSettings, WeightSettings {
  readonly seed: number;
}

/** The model alone; it declares its slots and owns no weights. @throws RangeError for sizes that give none */
export function buildModel(settings: ModelSettings, numClasses: number): DeqModel {
  switch (settings.network) {
    case 'mdeq':
      return mdeq({ ...settings, numClasses, equilibrium: equilibriumSettings(settings) });
    case 'rpg':
      return repeatedBlock({ ...settings, numClasses });
    default:
      throw new RangeError(`Unknown network ${String(settings.network satisfies never)}.`);
  }
}

/** N and M of a config's network. @throws ConfigError for a ring size that does not fit it */
export function networkSize(config: ModelSettings & WeightSettings): BackboneSize {
  const { slots } = buildModel(config, 10); // classes change the head alone
  return sizeOfBackbone(slots, weightSourceConfig(slots, weightsOfBlocks(config)));
}

/**
 * What a forward pass of one image of 32 pixels a side costs. An equilibrium model's layers are those of its block repeated
 * once; what its search does beside evaluations of the block is not counted.
 */
export function forwardCost(config: ModelSettings & Pick<DataConfig, 'dataset'>): ForwardCost {
  const { numClasses } = datasetFacts[config.dataset];
  const isSearching = config.network === 'mdeq';
  const model = repeatedBlock({ ...config, numClasses, numBlocks: isSearching ? 1 : config.numBlocks });
  const { total, backbone } = multiplyAddsOf(model, 32);
  if (!isSearching) return { multiplyAdds: total };
  return {
    multiplyAdds: total - backbone,
    search: { multiplyAdds: backbone, maxEvaluations: config.forwardSteps },
  };
}

/**
 * Builds the network of a config with weights as training begins with them. The same config and key give the same
 * weights. An equilibrium model has one block, whose weights are its own.
 *
 * @param key what weights are drawn from in place of the seed
 * @throws RangeError for sizes that give no network, ConfigError for a ring size that does not fit it
 */
export function buildNetwork(
  config: NetworkSettings,
  { numClasses, key }: { readonly numClasses: number; readonly key?: Key | undefined },
): Network {
  const model = buildModel(config, numClasses);
  const rng = weightStream(createRng(config.seed), key);
  return { model, source: createWeights(model.slots, weightSourceConfig(model.slots, weightsOfBlocks(config)), rng) };
}

/** An equilibrium model has one block: there is nothing to share. */
function weightsOfBlocks(config: ModelSettings & WeightSettings): WeightSettings {
  return config.network === 'mdeq' ? { weights: 'independent' } : config;
}
