// Which optimizer a config asks for.
import type * as tf from '@tensorflow/tfjs-core';
import { adam } from './adam.js';
import type { Optimizer } from './optimizer.js';
import { sgd } from './sgd.js';

/** The choices of `optimizerOf`. */
export const optimizerNames = ['sgd', 'adam'] as const;

/** The part of a config that says how weights are updated. */
export interface OptimizerSettings {
  readonly optimizer: (typeof optimizerNames)[number];
  /** Of SGD; Adam has its own. */
  readonly momentum: number;
  readonly weightDecay: number;
}

/** The optimizer of `trainables`, which stay their owner's. @throws RangeError for settings out of range */
export function optimizerOf(settings: OptimizerSettings, trainables: ReadonlyMap<string, tf.Variable>): Optimizer {
  const { optimizer, momentum, weightDecay } = settings;
  switch (optimizer) {
    case 'sgd':
      return sgd(trainables, { momentum, weightDecay });
    case 'adam':
      return adam(trainables, { weightDecay });
    default:
      throw new RangeError(`Unknown optimizer ${String(optimizer satisfies never)}.`);
  }
}
