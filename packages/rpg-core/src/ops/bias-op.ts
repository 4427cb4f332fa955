// Adds a bias, one number a channel. Its gradient is one sum; tfjs's addition with broadcasting takes several ops for it.
import * as tf from '@tensorflow/tfjs-core';
import { asExpendable, spend } from './gradient-memory.js';
import { type PortableOp, runOp } from './portable-op.js';

const biasGradientOp: PortableOp<object> = {
  name: 'BiasAddGrad',
  compose: ({ dy }) => [tf.sum(dy!, [0, 1, 2])],
};

const biasOp: PortableOp<object> = {
  name: 'BiasAdd',
  compose: ({ x, bias }) => [tf.add(x!, bias!)],
  gradient: {
    pullBack: ([dy]) => ({
      x: () => asExpendable(tf.clone(dy!)), // the same memory
      bias: () => {
        const dBias = runOp(biasGradientOp, { dy: dy! }, {})[0]!;
        spend(dy!);
        return dBias;
      },
    }),
  },
};

/**
 * x + bias; differentiable with respect to both.
 *
 * @param x [batch, height, width, channels]
 * @param bias [channels], float32 whatever x is
 */
export function addBias(x: tf.Tensor4D, bias: tf.Tensor): tf.Tensor4D {
  return runOp(biasOp, { x, bias }, {})[0] as tf.Tensor4D;
}
