// Which optimizer a config asks for.
import type * as tf from '@tensorflow/tfjs-core';
import { adam, sgd, type Optimizer } from 'training-kit';
import type { MultitaskConfig } from './config.js';

/** SGD with momentum, as SharpNet's recipe, or Adam, which needs fewer steps at small scale. */
export function optimizerOf(
  { optimizer, momentum, weightDecay }: Pick<MultitaskConfig, 'optimizer' | 'momentum' | 'weightDecay'>,
  trainables: ReadonlyMap<string, tf.Variable>,
): Optimizer {
  switch (optimizer) {
    case 'sgd':
      return sgd(trainables, { momentum, weightDecay });
    case 'adam':
      return adam(trainables, { weightDecay });
    default:
      return optimizer satisfies never;
  }
}
