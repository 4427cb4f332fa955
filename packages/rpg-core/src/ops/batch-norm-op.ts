// Batch normalisation with batch statistics as ops of our own, with and without a ReLU behind it.
import * as tf from '@tensorflow/tfjs-core';
import { asExpendable, spend } from './gradient-memory.js';
import { type PortableOp, runOp } from './portable-op.js';

/** Of the forward ops. With `hasResidual` there is an input `residual`, added before the ReLU. */
export interface BatchNormTrainAttributes {
  readonly epsilon: number;
  readonly momentum: number;
  readonly hasResidual: boolean;
}

/** Of the gradient. With `isRelu` there is an input `y`, with `hasResidual` a fourth output. */
interface GradientAttributes {
  readonly isRelu: boolean;
  readonly hasResidual: boolean;
}

/**
 * Inputs { x, gamma, beta, movingMean, movingVariance, residual? }; outputs [y, new moving mean, new moving variance,
 * mean, inverse deviation], the last two for the gradient.
 */
export const batchNormTrainOp = forwardOp('BatchNormTrain', false);

/** The same with max(·, 0) at the end. */
export const batchNormReluTrainOp = forwardOp('BatchNormReluTrain', true);

function forwardOp(name: string, isRelu: boolean): PortableOp<BatchNormTrainAttributes> {
  return {
    name,
    compose: ({ x, gamma, beta, movingMean, movingVariance, residual }, { epsilon, momentum }) => {
      const { mean, variance } = tf.moments(x!, [0, 1, 2]);
      const count = x!.size / mean.size;
      const inverseDeviation = tf.rsqrt(tf.add(variance, epsilon));
      const normal = tf.add(tf.mul(tf.sub(x!, mean), tf.mul(inverseDeviation, gamma!)), beta!);
      const sum = residual === undefined ? normal : tf.add(normal, residual);
      const unbiased = tf.mul(variance, count / Math.max(1, count - 1));
      const move = (old: tf.Tensor, batch: tf.Tensor) => tf.add(tf.mul(old, 1 - momentum), tf.mul(batch, momentum));
      const moved = [move(movingMean!, mean), move(movingVariance!, unbiased)];
      return [isRelu ? tf.relu(sum) : sum, ...moved, mean, inverseDeviation];
    },
    gradient: {
      inputsToSave: ['x', 'gamma'],
      outputsToSave: [isRelu, false, false, true, true],
      pullBack: ([dy], [x, gamma, ...rest], { hasResidual }) => {
        const [inverseDeviation, mean, y] = rest.toReversed(); // y first, if it was saved
        // One op makes all. Here and not in the functions below: tfjs runs each of those in a tidy of its own.
        const [dx, dGamma, dBeta, dResidual] = runOp(
          gradientOp,
          {
            dy: dy!,
            x: x!,
            gamma: gamma!,
            mean: mean!,
            inverseDeviation: inverseDeviation!,
            ...(isRelu ? { y: y! } : {}),
          },
          { isRelu, hasResidual },
        );
        spend(dy!);
        tf.dispose(isRelu ? [x!, y!] : x!);
        return {
          x: () => asExpendable(dx!),
          gamma: () => dGamma!,
          beta: () => dBeta!,
          residual: () => asExpendable(dResidual!),
        };
      },
    },
  };
}

const gradientOp: PortableOp<GradientAttributes> = {
  name: 'BatchNormTrainGrad',
  compose: ({ dy, x, gamma, mean, inverseDeviation, y }, { isRelu, hasResidual }) => {
    const dSum = isRelu ? tf.mul(dy!, tf.step(y!)) : dy!;
    const count = x!.size / mean!.size;
    const normalized = tf.mul(tf.sub(x!, mean!), inverseDeviation!);
    const dBeta = tf.sum(dSum, [0, 1, 2]);
    const dGamma = tf.sum(tf.mul(dSum, normalized), [0, 1, 2]);
    const centred = tf.sub(dSum, tf.div(tf.add(dBeta, tf.mul(normalized, dGamma)), count));
    const dx = tf.mul(centred, tf.mul(gamma!, inverseDeviation!));
    return [dx, dGamma, dBeta, ...(hasResidual ? [tf.clone(dSum)] : [])];
  },
};
