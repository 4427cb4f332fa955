// Adam as PyTorch's torch.optim.Adam does it; tfjs's own has no weight decay and a state that cannot be saved.
import * as tf from '@tensorflow/tfjs-core';
import { zerosLike } from './accumulators.js';
import { applyUpdate, type Optimizer, type UpdateRule, withDecay } from './optimizer.js';

/** Settings of Adam. */
export interface AdamOptions {
  /** β₁ in [0, 1): weight of the past in the mean of gradients; default 0.9. */
  readonly beta1?: number;
  /** β₂ in [0, 1): weight of the past in the mean of squares; default 0.999. */
  readonly beta2?: number;
  /** ε > 0, added to the root; default 1e-8. */
  readonly epsilon?: number;
  /** λ ≥ 0, added to the gradient as an L2 penalty's (not decoupled), all variables alike; default 0. */
  readonly weightDecay?: number;
  /** Factors of η for some of the variables, by name; default 1. They are no part of the state. */
  readonly rateFactors?: ReadonlyMap<string, number>;
}

/**
 * t ← t + 1; g ← ∇ + λ·w; m ← β₁·m + (1 − β₁)·g; s ← β₂·s + (1 − β₂)·g²;
 * w ← w − η / (1 − β₁ᵗ) · m / (√s / √(1 − β₂ᵗ) + ε).
 *
 * The state holds `means/<name>` and `squares/<name>` of the variable's shape and the scalar `numSteps`, t.
 *
 * @param trainables the variables to update, by name; they stay their owner's
 * @throws RangeError for a beta outside [0, 1), an epsilon of 0 or less, a negative weight decay
 */
export function adam(trainables: ReadonlyMap<string, tf.Variable>, options: AdamOptions = {}): Optimizer {
  const { beta1 = 0.9, beta2 = 0.999, epsilon = 1e-8, weightDecay = 0, rateFactors } = options;
  if (!(beta1 >= 0 && beta1 < 1)) throw new RangeError(`adam: beta1 is ${beta1}, expected [0, 1).`);
  if (!(beta2 >= 0 && beta2 < 1)) throw new RangeError(`adam: beta2 is ${beta2}, expected [0, 1).`);
  if (!(epsilon > 0)) throw new RangeError(`adam: epsilon is ${epsilon}, expected more than 0.`);
  if (!(weightDecay >= 0)) throw new RangeError(`adam: weightDecay is ${weightDecay}, expected 0 or more.`);
  const means = zerosLike(trainables);
  const squares = zerosLike(trainables);
  const numSteps = tf.tidy(() => tf.variable(tf.scalar(0), false));
  const state = new Map<string, tf.Variable>([['numSteps', numSteps]]);
  for (const [name, variable] of means) state.set(`means/${name}`, variable);
  for (const [name, variable] of squares) state.set(`squares/${name}`, variable);

  return {
    state,
    update(gradients, learningRate) {
      // Read from the device each time, because a checkpoint assigns to it; float32 counts exactly up to 2²⁴ steps.
      const step = numSteps.dataSync()[0]! + 1;
      const stepSize = learningRate / (1 - beta1 ** step);
      const rootOfCorrection = Math.sqrt(1 - beta2 ** step);
      const settings = [stepSize, beta1, 1 - beta1, beta2, 1 - beta2, epsilon, rootOfCorrection, weightDecay];
      applyUpdate(rule, { lists: [trainables, means, squares], gradients, settings, rateFactors });
      tf.tidy(() => {
        numSteps.assign(tf.scalar(step));
      });
    },
    dispose() {
      for (const variable of state.values()) variable.dispose();
    },
  };
}

// settings: step size, β₁, 1 − β₁, β₂, 1 − β₂, epsilon, √(1 − β₂ᵗ), weight decay
const rule: UpdateRule = {
  name: 'AdamUpdate',
  compose: (
    [variable, mean, square],
    gradient,
    [stepSize, beta1, rest1, beta2, rest2, epsilon, rootOfCorrection, weightDecay],
  ) => {
    const decayed = withDecay(gradient, variable!, weightDecay!);
    const movedMean = tf.add(tf.mul(mean!, beta1!), tf.mul(decayed, rest1!));
    const movedSquare = tf.add(tf.mul(square!, beta2!), tf.mul(tf.square(decayed), rest2!));
    const root = tf.add(tf.div(tf.sqrt(movedSquare), rootOfCorrection!), epsilon!);
    return [tf.sub(variable!, tf.mul(tf.div(movedMean, root), stepSize!)), movedMean, movedSquare];
  },
};
