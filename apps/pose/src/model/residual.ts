// The pre-activation bottleneck that hourglasses are made of (Newell et al. 2016).
import * as tf from '@tensorflow/tfjs-core';
import type { SlotCollector, SlotRole } from 'rpg-core';
import { batchNorm, conv2d, type Layer, relu } from 'rpg-core/layers';

/** Settings of a residual module. */
export interface ResidualOptions {
  readonly name: string;
  readonly inChannels: number;
  /** Even: the middle of the bottleneck has half as many. */
  readonly outChannels: number;
  /** What its convolutions are; default `backbone`. */
  readonly role?: SlotRole;
}

/**
 * x + conv1×1(conv3×3(conv1×1(x))), each convolution behind its own norm and ReLU; all have a bias. Where the number of
 * channels changes, a bare 1×1 convolution stands in for x.
 *
 * @returns the layer, from [batch, height, width, inChannels] to [batch, height, width, outChannels]
 */
export function residual(slots: SlotCollector, options: ResidualOptions): Layer {
  const { name, inChannels, outChannels, role = 'backbone' } = options;
  const middle = outChannels / 2;
  const branch = [
    normReluConv(slots, { name: `${name}/conv1`, inChannels, outChannels: middle, kernelSize: 1, role }),
    normReluConv(slots, { name: `${name}/conv2`, inChannels: middle, outChannels: middle, kernelSize: 3, role }),
    normReluConv(slots, { name: `${name}/conv3`, inChannels: middle, outChannels, kernelSize: 1, role }),
  ];
  const shortcut =
    inChannels === outChannels
      ? undefined
      : conv2d(slots, { name: `${name}/shortcut`, inChannels, outChannels, kernelSize: 1, useBias: true, role });
  return (x, context) => {
    const change = branch.reduce((y, layer) => layer(y, context), x);
    return tf.add(shortcut === undefined ? x : shortcut(x, context), change);
  };
}

interface NormReluConvOptions extends Required<ResidualOptions> {
  readonly kernelSize: number;
}

function normReluConv(slots: SlotCollector, options: NormReluConvOptions): Layer {
  const norm = batchNorm(slots, { name: `${options.name}/norm`, numChannels: options.inChannels });
  const conv = conv2d(slots, { ...options, useBias: true });
  return (x, context) => conv(relu(norm(x, context)), context);
}
