// The paper's "initial convolution block": from the image to the feature map that the sub-networks refine.
import type { SlotCollector } from 'rpg-core';
import { batchNorm, conv2d, type Layer, maxPool2d, relu } from 'rpg-core/layers';
import { residual } from './residual.js';

/** Pixels of the image for one of the feature map, in each direction: one convolution and one pooling of stride 2. */
export const STEM_STRIDE = 4;

/**
 * 7×7 convolution at stride 2, norm, ReLU, residual module, 2×2 pooling, two residual modules. Its weights are never
 * generated.
 *
 * @param numFeatures a multiple of 4
 * @returns the layer, from [batch, size, size, 3] to [batch, size / 4, size / 4, numFeatures]
 */
export function stem(slots: SlotCollector, numFeatures: number): Layer {
  const [quarter, half] = [numFeatures / 4, numFeatures / 2];
  const conv = conv2d(slots, {
    name: 'stem/conv',
    inChannels: 3,
    outChannels: quarter,
    kernelSize: 7,
    stride: 2,
    useBias: true,
    role: 'stem',
  });
  const norm = batchNorm(slots, { name: 'stem/conv/norm', numChannels: quarter });
  const module = (name: string, inChannels: number, outChannels: number): Layer =>
    residual(slots, { name: `stem/${name}`, inChannels, outChannels, role: 'stem' });
  const first = module('residual1', quarter, half);
  const second = module('residual2', half, half);
  const third = module('residual3', half, numFeatures);
  return (images, context) => {
    const x = first(relu(norm(conv(images, context), context)), context); // [batch, size / 2, size / 2, half]
    return third(second(maxPool2d(x, 2, 2, 0), context), context);
  };
}
