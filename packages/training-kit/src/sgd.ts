// Stochastic gradient descent with momentum and weight decay as PyTorch's torch.optim.SGD does it; tfjs's own momentum
// optimizer has no weight decay and a state that cannot be saved.
import * as tf from '@tensorflow/tfjs-core';
import { gradientOf, type Optimizer } from './optimizer.js';

/** Settings of SGD. */
export interface SgdOptions {
  /** m in [0, 1); default 0. */
  readonly momentum?: number;
  /** λ ≥ 0; default 0. All variables alike, as the official RPG code does: ring, norms and head. */
  readonly weightDecay?: number;
  /** Whether to look ahead along the momentum; default false. */
  readonly nesterov?: boolean;
}

/**
 * g ← ∇ + λ·w; v ← m·v + g; w ← w − η·v (with Nesterov: w − η·(g + m·v)).
 *
 * @param trainables the variables to update, by name; they stay their owner's
 * @throws RangeError for a momentum outside [0, 1), a negative weight decay, or Nesterov without momentum
 */
export function sgd(trainables: ReadonlyMap<string, tf.Variable>, options: SgdOptions = {}): Optimizer {
  const { momentum = 0, weightDecay = 0, nesterov = false } = options;
  if (!(momentum >= 0 && momentum < 1)) throw new RangeError(`sgd: momentum is ${momentum}, expected [0, 1).`);
  if (!(weightDecay >= 0)) throw new RangeError(`sgd: weightDecay is ${weightDecay}, expected 0 or more.`);
  if (nesterov && momentum === 0) throw new RangeError('sgd: nesterov needs a momentum above 0.');
  const state = new Map<string, tf.Variable>();
  if (momentum > 0) {
    for (const [name, variable] of trainables) {
      const zeros = tf.zeros(variable.shape);
      state.set(name, tf.variable(zeros, false));
      zeros.dispose();
    }
  }

  return {
    state,
    update(gradients, learningRate) {
      for (const [name, variable] of trainables) {
        tf.tidy(() => {
          let step = gradientOf(gradients, name);
          if (weightDecay > 0) step = tf.add(step, tf.mul(variable, weightDecay));
          const velocity = state.get(name);
          if (velocity !== undefined) {
            const moved = tf.add(tf.mul(velocity, momentum), step);
            velocity.assign(moved);
            step = nesterov ? tf.add(step, tf.mul(moved, momentum)) : moved;
          }
          variable.assign(tf.sub(variable, tf.mul(step, learningRate)));
        });
      }
    },
    dispose() {
      for (const variable of state.values()) variable.dispose();
    },
  };
}
