// Stochastic gradient descent with momentum and weight decay as PyTorch's torch.optim.SGD does it; tfjs's own momentum
// optimizer has no weight decay and a state that cannot be saved.
import * as tf from '@tensorflow/tfjs-core';
import { zerosLike } from './accumulators.js';
import { applyUpdate, type Optimizer, type UpdateRule, withDecay } from './optimizer.js';

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
  const velocities = momentum > 0 ? zerosLike(trainables) : undefined;
  const state = velocities ?? new Map<string, tf.Variable>();

  return {
    state,
    update(gradients, learningRate) {
      const settings = [learningRate, momentum, weightDecay, nesterov ? 1 : 0];
      if (velocities === undefined) applyUpdate(plainRule, { lists: [trainables], gradients, settings });
      else applyUpdate(momentumRule, { lists: [trainables, velocities], gradients, settings });
    },
    dispose() {
      for (const variable of state.values()) variable.dispose();
    },
  };
}

// settings: learning rate, momentum, weight decay, Nesterov (0 or 1)
const plainRule: UpdateRule = {
  name: 'SgdUpdate',
  compose: ([variable], gradient, [learningRate, , weightDecay]) => [
    tf.sub(variable!, tf.mul(withDecay(gradient, variable!, weightDecay!), learningRate!)),
  ],
};

const momentumRule: UpdateRule = {
  name: 'SgdMomentumUpdate',
  compose: ([variable, velocity], gradient, [learningRate, momentum, weightDecay, nesterov]) => {
    const decayed = withDecay(gradient, variable!, weightDecay!);
    const moved = tf.add(tf.mul(velocity!, momentum!), decayed);
    const step = nesterov === 1 ? tf.add(decayed, tf.mul(moved, momentum!)) : moved;
    return [tf.sub(variable!, tf.mul(step, learningRate!)), moved];
  },
};
