// The network of a config: a ResNet with its weights, the same for training, `evaluate` and `export`.
import { type BackboneSize, createRng, precisionInUse, type WeightSource } from 'rpg-core';
import { type Classifier, resnet } from 'rpg-core/resnet';
import { createWeights, type ForwardCost, type Key, multiplyAddsOf, sizeOfBackbone, weightStream } from 'training-kit';
import { type ClassificationConfig, imageSide } from '../config.js';
import { usualNumClasses } from '../data/dataset.js';
import { prunable } from './pruning.js';
import { weightSourceConfig } from './weights.js';

/** A model and where its weights come from. */
export interface Network {
  readonly model: Classifier;
  /** The caller disposes it. */
  readonly source: WeightSource;
}

/** N and M of a config's network. @throws ConfigError for a ring size that does not fit it */
export function networkSize(config: ClassificationConfig): BackboneSize {
  const { depth, width, stem } = config;
  const { slots } = resnet({ depth, width, stem, numClasses: 10 }); // classes change the head alone
  return sizeOfBackbone(slots, weightSourceConfig(config));
}

/** What a forward pass costs, told before data are read. */
export function forwardCost(config: ClassificationConfig): ForwardCost {
  const { depth, width, stem } = config;
  const numClasses = usualNumClasses[config.dataset];
  const { total } = multiplyAddsOf(resnet({ depth, width, stem, numClasses }), imageSide(config));
  return { multiplyAdds: total };
}

/**
 * Builds the network of a config with weights as training begins with them. The same config and key give the same
 * weights. With `pruneFilters` the source has masks (`prunable`), which drop nothing yet. The precision is one that the current backend computes in: load the backend first.
 *
 * @param key what weights are drawn from in place of the seed
 * @throws ConfigError for a ring size that does not fit the network
 */
export function buildNetwork(
  config: ClassificationConfig,
  { numClasses, key }: { readonly numClasses: number; readonly key?: Key | undefined },
): Network {
  const { depth, width, stem } = config;
  const precision = precisionInUse(config.precision === 'auto' ? 'bfloat16' : config.precision);
  const model = resnet({ depth, width, stem, numClasses, precision }); // declares its slots, owns no weights
  const rng = weightStream(createRng(config.seed), key);
  const source = createWeights(model.slots, weightSourceConfig(config), rng, config.generator);
  return { model, source: config.pruneFilters > 0 ? prunable(source) : source };
}
