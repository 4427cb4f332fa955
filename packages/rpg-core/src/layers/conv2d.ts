// Two-dimensional convolution whose kernel comes from a weight source.
import type * as tf from '@tensorflow/tfjs-core';
import { addBias } from '../ops/bias-op.js';
import { convolve } from '../ops/convolution-op.js';
import { kaimingFanOut, type SlotCollector, type SlotRole, uniformFanIn } from '../weights/slot.js';
import type { Layer } from './layer.js';
import { padLikePyTorch } from './padding.js';

/** Settings of a convolution. */
export interface Conv2dOptions {
  readonly name: string;
  readonly inChannels: number;
  readonly outChannels: number;
  /** Height and width of the kernel. */
  readonly kernelSize: number;
  /** Default 1. */
  readonly stride?: number;
  /** Zeros on each side, as in PyTorch; default floor(kernelSize / 2). */
  readonly padding?: number;
  /** Default false, as in networks with batch normalisation behind each convolution. */
  readonly useBias?: boolean;
  /** Default `backbone`: generated where the weight source has a ring. */
  readonly role?: SlotRole;
}

/**
 * Declares a convolution: slot `<name>/kernel` [kernelSize, kernelSize, inChannels, outChannels] and, with a bias,
 * `<name>/bias` [outChannels].
 *
 * @returns the layer, from [batch, height, width, inChannels] to [batch, height', width', outChannels] with
 *   height' = floor((height + 2·padding − kernelSize) / stride) + 1
 * @throws RangeError for a stride below 1 or a padding below 0
 */
export function conv2d(slots: SlotCollector, options: Conv2dOptions): Layer {
  const { name, inChannels, outChannels, kernelSize, stride = 1, useBias = false, role = 'backbone' } = options;
  const padding = options.padding ?? Math.floor(kernelSize / 2);
  if (!Number.isInteger(stride) || stride < 1) {
    throw new RangeError(`conv2d '${name}': stride is ${stride}, expected an integer of 1 or more.`);
  }
  if (!Number.isInteger(padding) || padding < 0) {
    throw new RangeError(`conv2d '${name}': padding is ${padding}, expected an integer of 0 or more.`);
  }
  const kernel = slots.declare({
    name: `${name}/kernel`,
    shape: [kernelSize, kernelSize, inChannels, outChannels],
    role,
    initializer: kaimingFanOut(kernelSize, kernelSize, outChannels),
  });
  const bias = useBias
    ? slots.declare({
        name: `${name}/bias`,
        shape: [outChannels],
        role: role === 'backbone' ? 'bias' : role,
        initializer: uniformFanIn(kernelSize * kernelSize * inChannels),
      })
    : undefined;

  return (x, { weights, precision }) => {
    const padded = padLikePyTorch(x, kernelSize, stride, padding);
    const y = convolve(padded.x, weights.get(kernel, precision) as tf.Tensor4D, { stride, mode: padded.mode });
    weights.applied?.(kernel, y.shape[1] * y.shape[2]);
    return bias === undefined ? y : addBias(y, weights.get(bias));
  };
}
