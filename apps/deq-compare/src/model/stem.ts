// From the image to what is injected into the block ("initial convolutional block", section 5.1); never generated.
import type { SlotCollector } from 'rpg-core';
import { batchNorm, conv2d, type Layer } from 'rpg-core/layers';

/**
 * Two 3×3 convolutions with norm and ReLU and, where there are more than two scales, a 1×1 convolution with norm and
 * ReLU. The first `numHalvings` of the 3×3 ones have stride 2, as in the public code's networks for large images.
 *
 * @returns the layer, from [batch, height, width, 3] to [batch, height / 2^numHalvings, width / 2^numHalvings, numChannels]
 */
export function stem(slots: SlotCollector, numChannels: number, numScales: number, numHalvings = 0): Layer {
  const strideOf = (layer: number): number => (layer < numHalvings ? 2 : 1);
  const layers = [
    convNormRelu(slots, { name: 'stem/conv1', inChannels: 3, numChannels, kernelSize: 3, stride: strideOf(0) }),
    convNormRelu(slots, {
      name: 'stem/conv2',
      inChannels: numChannels,
      numChannels,
      kernelSize: 3,
      stride: strideOf(1),
    }),
    ...(numScales > 2
      ? [convNormRelu(slots, { name: 'stem/conv3', inChannels: numChannels, numChannels, kernelSize: 1 })]
      : []),
  ];
  return (x, context) => layers.reduce((y, layer) => layer(y, context), x);
}

function convNormRelu(
  slots: SlotCollector,
  options: { name: string; inChannels: number; numChannels: number; kernelSize: number; stride?: number },
): Layer {
  const { name, numChannels } = options;
  const conv = conv2d(slots, { ...options, outChannels: numChannels, role: 'stem' });
  const norm = batchNorm(slots, { name: `${name}/norm`, numChannels, activation: 'relu' });
  return (x, context) => norm(conv(x, context), context);
}
