// The variables in which optimizers keep what they know of past gradients.
import * as tf from '@tensorflow/tfjs-core';

/** @returns a variable of zeros for each of `variables`, by the same name; the caller disposes them */
export function zerosLike(variables: ReadonlyMap<string, tf.Variable>): ReadonlyMap<string, tf.Variable> {
  return new Map(
    [...variables].map(([name, { shape }]) => {
      const zeros = tf.zeros(shape);
      const variable = tf.variable(zeros, false);
      zeros.dispose();
      return [name, variable];
    }),
  );
}
