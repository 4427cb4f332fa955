// A convolution with the batch normalisation behind it, which all of SharpNet is made of.
import type { SlotCollector } from 'rpg-core';
import { batchNorm, conv2d, type Conv2dOptions, dilatedConv2d, type Layer, relu } from 'rpg-core/layers';

/** Settings of a convolution with norm. */
export interface ConvNormOptions extends Omit<Conv2dOptions, 'padding' | 'role'> {
  /** Above 1 at stride 1 and without bias only; default 1. */
  readonly dilation?: number;
}

/** Declares `<name>/kernel`, with a bias `<name>/bias`, and the norm `<name>/norm`; the kernel is a backbone slot. */
export function convNorm(slots: SlotCollector, options: ConvNormOptions): Layer {
  const { name, outChannels, dilation = 1 } = options;
  const conv = dilation === 1 ? conv2d(slots, options) : dilatedConv2d(slots, { ...options, dilation });
  const norm = batchNorm(slots, { name: `${name}/norm`, numChannels: outChannels });
  return (x, context) => norm(conv(x, context), context);
}

/** `convNorm` with a ReLU behind it. */
export function convNormRelu(slots: SlotCollector, options: ConvNormOptions): Layer {
  const layer = convNorm(slots, options);
  return (x, context) => relu(layer(x, context));
}
