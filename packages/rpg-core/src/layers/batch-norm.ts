// Batch normalisation. The paper (section 3) finds that each convolution needs its own; these slots never come from a
// ring.
import * as tf from '@tensorflow/tfjs-core';
import { runOp, type PortableOp } from '../kernel.js';
import type { SlotCollector } from '../slot.js';
import type { Layer } from './layer.js';

/** Settings of a batch normalisation. */
export interface BatchNormOptions {
  readonly name: string;
  readonly numChannels: number;
  /** Added to the variance; default 1e-5 as in PyTorch. */
  readonly epsilon?: number;
  /** Weight of the new batch in the moving averages; default 0.1 as in PyTorch. */
  readonly momentum?: number;
}

/**
 * Declares a batch normalisation: trainable `<name>/gamma`, `<name>/beta`, statistics `<name>/moving-mean`,
 * `<name>/moving-variance`, each [numChannels].
 *
 * While training, batch statistics normalise and the moving averages are assigned to: as in PyTorch the variance kept
 * is the unbiased one, the one divided by is not. Otherwise the moving averages normalise.
 *
 * @returns the layer, from and to [batch, height, width, numChannels]
 */
export function batchNorm(slots: SlotCollector, options: BatchNormOptions): Layer {
  const { name, numChannels, epsilon = 1e-5, momentum = 0.1 } = options;
  const declare = (part: string, value: number, role: 'norm' | 'statistics') =>
    slots.declare({ name: `${name}/${part}`, shape: [numChannels], role, initializer: { kind: 'constant', value } });
  const gamma = declare('gamma', 1, 'norm');
  const beta = declare('beta', 0, 'norm');
  const movingMean = declare('moving-mean', 0, 'statistics');
  const movingVariance = declare('moving-variance', 1, 'statistics');

  return (x, { weights, isTraining }) => {
    const inputs = { x, gamma: weights.get(gamma), beta: weights.get(beta) };
    const mean = weights.statistic(movingMean);
    const variance = weights.statistic(movingVariance);
    if (!isTraining) {
      return tf.batchNorm(x, vector(mean), vector(variance), vector(inputs.beta), vector(inputs.gamma), epsilon);
    }
    const [y, newMean, newVariance] = runOp(
      batchNormTrainOp,
      { ...inputs, movingMean: mean, movingVariance: variance },
      { epsilon, momentum },
    );
    mean.assign(newMean!);
    variance.assign(newVariance!);
    return y as tf.Tensor4D;
  };
}

/** A slot's tensor of shape [numChannels], typed so. */
function vector(tensor: tf.Tensor): tf.Tensor1D {
  return tensor as tf.Tensor1D;
}

interface BatchNormAttributes {
  readonly epsilon: number;
  readonly momentum: number;
}

/** Outputs [y, new moving mean, new moving variance, saved1, saved2]; the last two are for the gradient alone. */
const batchNormTrainOp: PortableOp<BatchNormAttributes> = {
  name: 'BatchNormTrain',
  compose: ({ x, gamma, beta, movingMean, movingVariance }, { epsilon, momentum }) => {
    const { mean, variance } = tf.moments(x!, [0, 1, 2]);
    const count = x!.size / mean.size;
    const inverseDeviation = tf.rsqrt(tf.add(variance, epsilon));
    const y = tf.add(tf.mul(tf.sub(x!, mean), tf.mul(inverseDeviation, gamma!)), beta!);
    const unbiased = tf.mul(variance, count / Math.max(1, count - 1));
    const move = (old: tf.Tensor, batch: tf.Tensor) => tf.add(tf.mul(old, 1 - momentum), tf.mul(batch, momentum));
    return [y, move(movingMean!, mean), move(movingVariance!, unbiased), mean, inverseDeviation];
  },
  gradient: {
    inputsToSave: ['x', 'gamma'],
    outputsToSave: [false, false, false, true, true],
    pullBack: ([dy], [x, gamma, saved1, saved2], attributes) => {
      // One op makes all three. Here and not in the functions below: tfjs runs each of those in a tidy of its own.
      const [dx, dGamma, dBeta] = runOp(
        batchNormTrainGradOp,
        { dy: dy!, x: x!, gamma: gamma!, saved1: saved1!, saved2: saved2! },
        attributes,
      );
      return { x: () => dx!, gamma: () => dGamma!, beta: () => dBeta! };
    },
  },
};

const batchNormTrainGradOp: PortableOp<BatchNormAttributes> = {
  name: 'BatchNormTrainGrad',
  compose: ({ dy, x, gamma, saved1: mean, saved2: inverseDeviation }) => {
    const count = x!.size / mean!.size;
    const normalized = tf.mul(tf.sub(x!, mean!), inverseDeviation!);
    const dBeta = tf.sum(dy!, [0, 1, 2]);
    const dGamma = tf.sum(tf.mul(dy!, normalized), [0, 1, 2]);
    const centred = tf.sub(dy!, tf.div(tf.add(dBeta, tf.mul(normalized, dGamma)), count));
    return [tf.mul(centred, tf.mul(gamma!, inverseDeviation!)), dGamma, dBeta];
  },
};
