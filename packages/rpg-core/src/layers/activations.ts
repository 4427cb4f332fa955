// ReLU, with a gradient that takes one op.
import * as tf from '@tensorflow/tfjs-core';
import { type PortableOp, runOp } from '../ops/portable-op.js';

const reluGradOp: PortableOp<object> = {
  name: 'ReluGrad',
  compose: ({ dy, y }) => [tf.mul(dy!, tf.step(y!))],
};

/**
 * max(x, 0). The gradient is dy where the output is positive and 0 elsewhere; tfjs's own takes several passes over
 * the input.
 *
 * @returns a tensor of x's shape; the caller disposes it
 */
export function relu<T extends tf.Tensor>(x: T): T {
  return withReluGradient(x) as T;
}

const withReluGradient = tf.customGrad((x, save) => {
  const y = tf.relu(x as tf.Tensor);
  (save as tf.GradSaveFunc)([y]);
  return {
    value: y,
    gradFunc: (dy: tf.Tensor, [saved]: tf.Tensor[]) => runOp(reluGradOp, { dy, y: saved! }, {})[0]!,
  };
});
