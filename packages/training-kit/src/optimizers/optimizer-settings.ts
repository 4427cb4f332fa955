// Which optimizer a config asks for.
import type * as tf from '@tensorflow/tfjs-core';
import { adam } from './adam.js';
import type { Optimizer } from './optimizer.js';
import { rmsprop } from './rmsprop.js';
import { sgd } from './sgd.js';

/** The part of a config that says how weights are updated. */
export interface OptimizerSettings {
  readonly optimizer: 'sgd' | 'adam' | 'rmsprop';
  /** Of SGD; default 0. The others have their own. */
  readonly momentum?: number;
  readonly weightDecay: number;
}

/**
 * The optimizer of `trainables`, which stay their owner's; beyond what is set here with PyTorch's defaults.
 * @throws RangeError for settings out of range
 */
export function optimizerOf(settings: OptimizerSettings, trainables: ReadonlyMap<string, tf.Variable>): Optimizer {
  const { optimizer, momentum = 0, weightDecay } = settings;
  switch (optimizer) {
    case 'sgd':
      return sgd(trainables, { momentum, weightDecay });
    case 'adam':
      return adam(trainables, { weightDecay });
    case 'rmsprop':
      return rmsprop(trainables, { weightDecay });
    default:
      throw new RangeError(`Unknown optimizer ${String(optimizer satisfies never)}.`);
  }
}
