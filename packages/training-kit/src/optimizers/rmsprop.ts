// RMSprop as PyTorch's torch.optim.RMSprop does it, which the hourglass recipes use; tfjs's own adds epsilon inside the
// square root, has other defaults, no weight decay, and a state that cannot be saved.
import * as tf from '@tensorflow/tfjs-core';
import { zerosLike } from './accumulators.js';
import { applyUpdate, type Optimizer, type UpdateRule, withDecay } from './optimizer.js';

/** Settings of RMSprop. */
export interface RmspropOptions {
  /** α in [0, 1): weight of the past in the mean of squares; default 0.99. */
  readonly smoothing?: number;
  /** ε > 0, added to the root; default 1e-8. */
  readonly epsilon?: number;
  /** m in [0, 1); default 0. */
  readonly momentum?: number;
  /** λ ≥ 0, all variables alike; default 0. */
  readonly weightDecay?: number;
  /** Factors of η for some of the variables, by name; default 1. They are no part of the state. */
  readonly rateFactors?: ReadonlyMap<string, number>;
}

/**
 * g ← ∇ + λ·w; s ← α·s + (1 − α)·g²; w ← w − η·g / (√s + ε). With momentum v ← m·v + g / (√s + ε); w ← w − η·v.
 *
 * The state holds `squares/<name>` and, with momentum, `momentum/<name>`, of the variable's shape.
 *
 * @param trainables the variables to update, by name; they stay their owner's
 * @throws RangeError for smoothing or momentum outside [0, 1), an epsilon of 0 or less, a negative weight decay
 */
export function rmsprop(trainables: ReadonlyMap<string, tf.Variable>, options: RmspropOptions = {}): Optimizer {
  const { smoothing = 0.99, epsilon = 1e-8, momentum = 0, weightDecay = 0, rateFactors } = options;
  if (!(smoothing >= 0 && smoothing < 1)) throw new RangeError(`rmsprop: smoothing is ${smoothing}, expected [0, 1).`);
  if (!(epsilon > 0)) throw new RangeError(`rmsprop: epsilon is ${epsilon}, expected more than 0.`);
  if (!(momentum >= 0 && momentum < 1)) throw new RangeError(`rmsprop: momentum is ${momentum}, expected [0, 1).`);
  if (!(weightDecay >= 0)) throw new RangeError(`rmsprop: weightDecay is ${weightDecay}, expected 0 or more.`);
  const squares = zerosLike(trainables);
  const velocities = zerosLike(momentum > 0 ? trainables : new Map());
  const state = new Map<string, tf.Variable>();
  for (const [name, variable] of squares) state.set(`squares/${name}`, variable);
  for (const [name, variable] of velocities) state.set(`momentum/${name}`, variable);

  return {
    state,
    update(gradients, learningRate) {
      const settings = [learningRate, smoothing, 1 - smoothing, epsilon, momentum, weightDecay];
      const operands = { gradients, settings, rateFactors };
      if (momentum === 0) applyUpdate(plainRule, { lists: [trainables, squares], ...operands });
      else applyUpdate(momentumRule, { lists: [trainables, squares, velocities], ...operands });
    },
    dispose() {
      for (const variable of state.values()) variable.dispose();
    },
  };
}

// settings: learning rate, smoothing, 1 − smoothing, epsilon, momentum, weight decay
const plainRule: UpdateRule = {
  name: 'RmspropUpdate',
  compose: ([variable, square], gradient, settings) => {
    const { moved, step } = normalised(variable!, square!, gradient, settings);
    return [tf.sub(variable!, tf.mul(step, settings[0]!)), moved];
  },
};

const momentumRule: UpdateRule = {
  name: 'RmspropMomentumUpdate',
  compose: ([variable, square, velocity], gradient, settings) => {
    const { moved, step } = normalised(variable!, square!, gradient, settings);
    const movedVelocity = tf.add(tf.mul(velocity!, settings[4]!), step);
    return [tf.sub(variable!, tf.mul(movedVelocity, settings[0]!)), moved, movedVelocity];
  },
};

/** The new mean of squares, and the gradient divided by its root. */
function normalised(
  variable: tf.Tensor,
  square: tf.Tensor,
  gradient: tf.Tensor,
  [, smoothing, rest, epsilon, , weightDecay]: readonly number[],
): { moved: tf.Tensor; step: tf.Tensor } {
  const decayed = withDecay(gradient, variable, weightDecay!);
  const moved = tf.add(tf.mul(square, smoothing!), tf.mul(tf.square(decayed), rest!));
  return { moved, step: tf.div(decayed, tf.add(tf.sqrt(moved), epsilon!)) };
}
