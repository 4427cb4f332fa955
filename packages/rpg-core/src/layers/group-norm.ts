// Group normalisation (Wu & He 2018), which does not mix the images of a batch. As with batch norm an addition and a ReLU
// behind it are part of the op.
import type * as tf from '@tensorflow/tfjs-core';
import { groupNormOp, groupNormReluOp } from '../ops/group-norm-op.js';
import { runOp } from '../ops/portable-op.js';
import type { SlotCollector } from '../weights/slot.js';
import type { ResidualNorm } from './batch-norm.js';
import type { ForwardContext, Layer } from './layer.js';

/** Settings of a group normalisation. */
export interface GroupNormOptions {
  readonly name: string;
  readonly numChannels: number;
  /** Divides the number of channels. */
  readonly numGroups: number;
  /** Added to the variance; default 1e-5 as in PyTorch. */
  readonly epsilon?: number;
  /** What follows; default nothing. As a part of the norm a ReLU costs no pass over memory of its own. */
  readonly activation?: 'relu';
}

/**
 * Declares a group normalisation: trainable `<name>/gamma` and `<name>/beta` [numChannels]. Each image's channels are
 * normalised in groups of neighbours, over height and width, while training and afterwards alike.
 *
 * @returns the layer, from and to [batch, height, width, numChannels]; in training it throws RangeError where an image has
 *   one value a group, which has no variance
 * @throws RangeError unless `numGroups` divides `numChannels`
 */
export function groupNorm(slots: SlotCollector, options: GroupNormOptions): Layer {
  const normalise = declareNorm(slots, options);
  return (x, context) => normalise(x, undefined, context);
}

/** `groupNorm` with an addition between norm and activation: act(norm(x) + residual). */
export function groupNormAdd(slots: SlotCollector, options: GroupNormOptions): ResidualNorm {
  return declareNorm(slots, options);
}

function declareNorm(
  slots: SlotCollector,
  { name, numChannels, numGroups, epsilon = 1e-5, activation }: GroupNormOptions,
): (x: tf.Tensor4D, residual: tf.Tensor4D | undefined, context: ForwardContext) => tf.Tensor4D {
  if (!Number.isInteger(numGroups) || numGroups < 1 || numChannels % numGroups !== 0) {
    throw new RangeError(
      `groupNorm '${name}': numGroups is ${numGroups}, expected a divisor of its ${numChannels} channels.`,
    );
  }
  const declare = (part: string, value: number) =>
    slots.declare({
      name: `${name}/${part}`,
      shape: [numChannels],
      role: 'norm',
      initializer: { kind: 'constant', value },
    });
  const gamma = declare('gamma', 1);
  const beta = declare('beta', 0);
  return (x, residual, { weights, isTraining }) => {
    if (isTraining) checkValuesPerGroup(name, numGroups, x);
    const [y] = runOp(
      activation === 'relu' ? groupNormReluOp : groupNormOp,
      { x, gamma: weights.get(gamma), beta: weights.get(beta), ...(residual === undefined ? {} : { residual }) },
      { numGroups, epsilon, hasResidual: residual !== undefined },
    );
    return y as tf.Tensor4D;
  };
}

/**
 * One value is its own mean: whatever the image, the layer would give beta, and learn nothing. More images do not help, since
 * each is normalised alone; PyTorch's `F.group_norm` refuses it for one image only.
 */
function checkValuesPerGroup(name: string, numGroups: number, { shape }: tf.Tensor4D): void {
  const [, height, width, numChannels] = shape;
  if ((height * width * numChannels) / numGroups > 1) return;
  throw new RangeError(
    `Group norm '${name}' has one value a group in training (input [${shape.join(', ')}] in ${numGroups} groups), expected ` +
      'more than one: take larger images, or more channels.',
  );
}
