// Batch normalisation. The paper (section 3) finds that each convolution needs its own; these slots never come from a
// ring. What usually follows, an addition and a ReLU, is part of the op: a backend may do all in one pass over memory.
import * as tf from '@tensorflow/tfjs-core';
import { batchNormReluTrainOp, batchNormTrainOp } from '../ops/batch-norm-op.js';
import { runOp } from '../ops/portable-op.js';
import type { SlotCollector } from '../weights/slot.js';
import type { ForwardContext, Layer } from './layer.js';

/** Settings of a batch normalisation. */
export interface BatchNormOptions {
  readonly name: string;
  readonly numChannels: number;
  /** Added to the variance; default 1e-5 as in PyTorch. */
  readonly epsilon?: number;
  /** Weight of the new batch in the moving averages; default 0.1 as in PyTorch. */
  readonly momentum?: number;
  /** What follows; default nothing. As a part of the norm a ReLU costs no pass over memory of its own. */
  readonly activation?: 'relu';
}

/** Normalises x, adds `residual`, applies the activation; all are [batch, height, width, numChannels]. */
export type ResidualNorm = (x: tf.Tensor4D, residual: tf.Tensor4D, context: ForwardContext) => tf.Tensor4D;

/**
 * Declares a batch normalisation: trainable `<name>/gamma`, `<name>/beta`, statistics `<name>/moving-mean`,
 * `<name>/moving-variance`, each [numChannels].
 *
 * While training, batch statistics normalise and the moving averages are assigned to: as in PyTorch the variance kept
 * is the unbiased one, the one divided by is not. Otherwise the moving averages normalise.
 *
 * @returns the layer, from and to [batch, height, width, numChannels]; in training it throws RangeError for one value a
 *   channel, which has no variance
 */
export function batchNorm(slots: SlotCollector, options: BatchNormOptions): Layer {
  const normalise = declareNorm(slots, options);
  return (x, context) => normalise(x, undefined, context);
}

/** `batchNorm` with an addition between norm and activation, as where a residual block ends: act(norm(x) + residual). */
export function batchNormAdd(slots: SlotCollector, options: BatchNormOptions): ResidualNorm {
  return declareNorm(slots, options);
}

function declareNorm(
  slots: SlotCollector,
  { name, numChannels, epsilon = 1e-5, momentum = 0.1, activation }: BatchNormOptions,
): (x: tf.Tensor4D, residual: tf.Tensor4D | undefined, context: ForwardContext) => tf.Tensor4D {
  const declare = (part: string, value: number, role: 'norm' | 'statistics') =>
    slots.declare({ name: `${name}/${part}`, shape: [numChannels], role, initializer: { kind: 'constant', value } });
  const gamma = declare('gamma', 1, 'norm');
  const beta = declare('beta', 0, 'norm');
  const movingMean = declare('moving-mean', 0, 'statistics');
  const movingVariance = declare('moving-variance', 1, 'statistics');

  return (x, residual, { weights, isTraining }) => {
    const inputs = { x, gamma: weights.get(gamma), beta: weights.get(beta) };
    const mean = weights.statistic(movingMean);
    const variance = weights.statistic(movingVariance);
    if (!isTraining) {
      const normal = tf.batchNorm(
        x,
        vector(mean),
        vector(variance),
        vector(inputs.beta),
        vector(inputs.gamma),
        epsilon,
      );
      const sum = residual === undefined ? normal : tf.add<tf.Tensor4D>(normal, residual);
      return activation === 'relu' ? tf.relu(sum) : sum;
    }
    checkValuesPerChannel(name, x);
    const [y, newMean, newVariance] = runOp(
      activation === 'relu' ? batchNormReluTrainOp : batchNormTrainOp,
      { ...inputs, movingMean: mean, movingVariance: variance, ...(residual === undefined ? {} : { residual }) },
      { epsilon, momentum, hasResidual: residual !== undefined },
    );
    mean.assign(newMean!);
    variance.assign(newVariance!);
    return y as tf.Tensor4D;
  };
}

/** One value is its own mean: whatever the image, the layer would give beta, and learn nothing. */
function checkValuesPerChannel(name: string, { shape: [batch, height, width, numChannels] }: tf.Tensor4D): void {
  if (batch * height * width > 1) return;
  throw new RangeError(
    `Batch norm '${name}' has one value a channel in training (input [1, 1, 1, ${numChannels}]), expected more than one: ` +
      'take a larger batch or larger images.',
  );
}

/** A slot's tensor of shape [numChannels], typed so. */
function vector(tensor: tf.Tensor): tf.Tensor1D {
  return tensor as tf.Tensor1D;
}
