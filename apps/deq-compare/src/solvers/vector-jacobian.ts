// Vector-Jacobian products at any point of a computation, also while tfjs is in the middle of a backward pass.
import * as tf from '@tensorflow/tfjs-core';

/**
 * wᵀ·∂f/∂x for each x.
 *
 * @param f reads `xs` and gives a tensor of `cotangent`'s shape; runs once
 * @returns one tensor an x, of its shape, zeros where f does not depend on it; the caller disposes them
 */
export function vectorJacobianProducts(
  f: () => tf.Tensor,
  xs: readonly tf.Tensor[],
  cotangent: tf.Tensor,
): tf.Tensor[] {
  // tfjs has one tape: a gradient that starts inside another one's backward pass throws that one's away.
  const { state } = tf.engine();
  const outerTape = state.activeTape;
  try {
    return tf.tidy(() => {
      const { grads } = tf.engine().gradients(f, [...xs], cotangent, true);
      // tfjs gives nothing for what f does not depend on, whatever its type says
      return grads.map((gradient: tf.Tensor | null | undefined, i) => gradient ?? tf.zerosLike(xs[i]!));
    });
  } finally {
    state.activeTape = outerTape;
  }
}
