// What a forward pass costs: multiply-adds of convolutions and linear layers, counted without computing one.
import * as tf from '@tensorflow/tfjs-core';
import type { Slot } from '../weights/slot.js';
import type { Weights } from '../weights/weight-source.js';
import { withShapesAlone } from './shape-backend.js';

/** Multiply-adds of one example. */
export interface MultiplyAdds {
  readonly total: number;
  /** Those of layers whose kernels a ring may generate. */
  readonly backbone: number;
  /** By the name of a kernel's slot: the positions at which it is applied, height' · width' of each use; 1 in a dense layer. */
  readonly positions: ReadonlyMap<string, number>;
}

/**
 * Counts the multiply-adds of one forward pass: an element of a kernel at a position is one. These are the "FLOPs" of table 7
 * and of most papers on pruning; where a multiplication and an addition are two, there are twice as many.
 *
 * Counted are convolutions and dense layers, each as often as it is applied, padding included. Not counted are norms, biases,
 * activations, pooling and resizing, some hundredths of it, and the generation of weights, which is done once a step and not
 * once an example.
 *
 * @param slots of the network
 * @param forward applies it to one example, such as `tf.zeros([1, 224, 224, 3])`. It runs with tensors that have no numbers
 *   (`withShapesAlone`): without training, and without a loop that looks at values
 */
export function countMultiplyAdds(slots: readonly Slot[], forward: (weights: Weights) => unknown): MultiplyAdds {
  const positions = new Map<string, number>();
  const zeros = ({ shape }: Slot): tf.Tensor => tf.fill([...shape], 0);
  const statistics: tf.Variable[] = [];
  const weights: Weights = {
    get: zeros,
    statistic: (slot) => {
      const statistic = tf.variable(zeros(slot), false);
      statistics.push(statistic);
      return statistic;
    },
    applied: ({ name }, numPositions) => positions.set(name, (positions.get(name) ?? 0) + numPositions),
    dispose: () => {
      tf.dispose(statistics); // a tidy keeps variables
    },
  };
  withShapesAlone(() => {
    try {
      forward(weights);
    } finally {
      weights.dispose();
    }
  });
  let [total, backbone] = [0, 0];
  for (const { name, size, role } of slots) {
    const multiplyAdds = size * (positions.get(name) ?? 0);
    total += multiplyAdds;
    if (role === 'backbone') backbone += multiplyAdds;
  }
  return { total, backbone, positions };
}
