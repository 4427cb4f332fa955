// Which optimizer a config asks for.
import type * as tf from '@tensorflow/tfjs-core';
import { adam, rmsprop, type Optimizer } from 'training-kit';
import type { PoseConfig } from './config.js';

/** RMSprop with PyTorch's defaults, as the hourglass authors use it (α 0.99, ε 1e-8), or Adam, as their later code. */
export function optimizerOf(
  { optimizer, weightDecay }: Pick<PoseConfig, 'optimizer' | 'weightDecay'>,
  trainables: ReadonlyMap<string, tf.Variable>,
): Optimizer {
  switch (optimizer) {
    case 'rmsprop':
      return rmsprop(trainables, { weightDecay });
    case 'adam':
      return adam(trainables, { weightDecay });
    default:
      return optimizer satisfies never;
  }
}
