// The weights of a command's network: a size that cannot be is a wrong call, not a failed run.
import {
  type BackboneSize,
  backboneSize,
  createWeightSource,
  type RingGenerator,
  type Rng,
  type Slot,
  type WeightSource,
  type WeightSourceConfig,
} from 'rpg-core';
import { createNonlinearSource } from 'rpg-core/nonlinear';
import { ConfigError } from '../errors.js';

/**
 * As `createWeightSource` of rpg-core.
 *
 * @param generator of rings; see `createNonlinearSource` of rpg-core/nonlinear
 * @throws ConfigError for a ring size that does not fit the network
 */
export function createWeights(
  slots: readonly Slot[],
  config: WeightSourceConfig,
  rng: Rng,
  generator: RingGenerator = 'linear',
): WeightSource {
  return withinCall(() =>
    generator === 'linear' || config.kind !== 'ring'
      ? createWeightSource(slots, config, rng)
      : createNonlinearSource(slots, config, generator, rng),
  );
}

/** As `backboneSize` of rpg-core. @throws ConfigError for a ring size that does not fit the network */
export function sizeOfBackbone(slots: readonly Slot[], config: WeightSourceConfig): BackboneSize {
  return withinCall(() => backboneSize(slots, config));
}

function withinCall<Result>(make: () => Result): Result {
  try {
    return make();
  } catch (cause) {
    if (!(cause instanceof RangeError)) throw cause;
    throw new ConfigError('ringSize', cause.message, { cause });
  }
}
