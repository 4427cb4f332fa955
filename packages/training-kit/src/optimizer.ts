// What all optimizers share: one update of named variables by named gradients, and a state that checkpoints keep.
import type * as tf from '@tensorflow/tfjs-core';

/** An optimizer over a fixed set of variables. */
export interface Optimizer {
  /**
   * Updates the variables in place. Gradients are not disposed.
   *
   * @param gradients one a variable, by the variable's name
   * @throws RangeError when a variable has no gradient
   */
  update(gradients: ReadonlyMap<string, tf.Tensor>, learningRate: number): void;
  /** Accumulators, float32, by name; a checkpoint saves them and assigns to them. */
  readonly state: ReadonlyMap<string, tf.Variable>;
  dispose(): void;
}

/** The gradient of `name`, or an error that names the variable that the loss did not use. */
export function gradientOf(gradients: ReadonlyMap<string, tf.Tensor>, name: string): tf.Tensor {
  const gradient = gradients.get(name);
  if (gradient === undefined) {
    throw new RangeError(`No gradient for '${name}'; the loss has to use every trainable variable.`);
  }
  return gradient;
}
