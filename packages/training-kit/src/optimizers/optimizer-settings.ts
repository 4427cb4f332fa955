// Which optimizer a config asks for.
import type { WeightSource } from 'rpg-core';
import { adam } from './adam.js';
import type { Optimizer } from './optimizer.js';
import { rateFactorsOf, type RingRate } from './ring-rate.js';
import { rmsprop } from './rmsprop.js';
import { sgd } from './sgd.js';

/** The part of a config that says how weights are updated. */
export interface OptimizerSettings {
  readonly optimizer: 'sgd' | 'adam' | 'rmsprop';
  /** Of SGD; default 0. The others have their own. */
  readonly momentum?: number;
  /** Of SGD; default false. */
  readonly nesterov?: boolean;
  /** Of Adam and RMSprop; default `same`. */
  readonly ringRate?: RingRate;
  readonly weightDecay: number;
}

/**
 * The optimizer of a source's trainables, which stay the source's; beyond what is set here with PyTorch's defaults.
 * @throws RangeError for settings out of range
 */
export function optimizerOf(
  settings: OptimizerSettings,
  source: Pick<WeightSource, 'trainables' | 'plans'>,
): Optimizer {
  const { optimizer, momentum = 0, nesterov = false, weightDecay, ringRate = 'same' } = settings;
  const { trainables } = source;
  const rateFactors = rateFactorsOf(source, ringRate);
  switch (optimizer) {
    case 'sgd':
      return sgd(trainables, { momentum, nesterov, weightDecay });
    case 'adam':
      return adam(trainables, { weightDecay, rateFactors });
    case 'rmsprop':
      return rmsprop(trainables, { weightDecay, rateFactors });
    default:
      throw new RangeError(`Unknown optimizer ${String(optimizer satisfies never)}.`);
  }
}
