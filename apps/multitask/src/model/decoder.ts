// SharpNet's decoder, one for each task: from the encoder's coarsest map back to the image's size, with a skip from
// each of its finer ones.
import * as tf from '@tensorflow/tfjs-core';
import type { SlotCollector } from 'rpg-core';
import type { ForwardContext, Layer } from 'rpg-core/layers';
import { convNorm, convNormRelu } from './conv-norm.js';
import type { EncodedImage } from './encoder.js';
import { resizeBilinear } from './resize-bilinear.js';

/** Numbers of 3×3 convolutions in the groups up4, up3, up2, up1, up0. */
type GroupSizes = readonly [number, number, number, number, number];

/** Settings of a decoder. */
export interface DecoderOptions {
  readonly name: string;
  /** The encoder's width, a multiple of 4. */
  readonly width: number;
  readonly groupSizes: GroupSizes;
  /** Channels of the prediction. */
  readonly numOutputs: number;
}

/**
 * Channels of the finest group at least. A quarter of the width is 16 in the full network; a network of a sixteenth of it
 * would have to press three components of a normal through one channel, and learns next to nothing then.
 */
const MIN_FINE_CHANNELS = 8;

/** What a decoder makes of an encoded image of `size` pixels. */
export interface DecodedImage {
  /** [batch, size, size, numOutputs], normalised, before any activation. */
  readonly prediction: tf.Tensor4D;
  /** [batch, size / 4, size / 4, width]: the map of the group up1. */
  readonly features: tf.Tensor4D;
}

export type Decoder = (encoded: EncodedImage, imageSize: number, context: ForwardContext) => DecodedImage;

/**
 * Declares `<name>/up4` to `<name>/up0`. Each group runs on the map of the group before it, enlarged to the size of the
 * encoder's next finer map and joined with that; the last one's is enlarged to the image's size, where one 3×3
 * convolution with norm, `<name>/up0/out`, predicts. All convolutions have a bias, as published with that switch.
 */
export function decoder(slots: SlotCollector, { name, width, groupSizes, numOutputs }: DecoderOptions): Decoder {
  const group = (part: string, position: number, inChannels: number, outChannels: number): Layer => {
    const convs = Array.from({ length: groupSizes[position]! }, (_, i) =>
      convNormRelu(slots, {
        name: `${name}/${part}/conv${i + 1}`,
        inChannels: i === 0 ? inChannels : outChannels,
        outChannels,
        kernelSize: 3,
        useBias: true,
      }),
    );
    return (x, context) => convs.reduce((y, conv) => conv(y, context), x);
  };
  const up4 = group('up4', 0, 32 * width, 16 * width);
  const up3 = group('up3', 1, 32 * width, 8 * width);
  const up2 = group('up2', 2, 16 * width, 4 * width);
  const up1 = group('up1', 3, 8 * width, width);
  const fineChannels = Math.max(width / 4, MIN_FINE_CHANNELS);
  const up0 = group('up0', 4, 2 * width, fineChannels);
  const out = convNorm(slots, {
    name: `${name}/up0/out`,
    inChannels: fineChannels,
    outChannels: numOutputs,
    kernelSize: 3,
    useBias: true,
  });

  return ({ stem, layer1, layer2, layer3, layer4 }, imageSize, context) => {
    let x = joined(up4(layer4, context), layer3);
    x = joined(up3(x, context), layer2);
    x = joined(up2(x, context), layer1);
    const features = up1(x, context);
    x = up0(joined(features, stem), context);
    return { prediction: out(resizeBilinear(x, [imageSize, imageSize]), context), features };
  };
}

/** Both side by side in the channels, `x` at the size of `skip`. */
function joined(x: tf.Tensor4D, skip: tf.Tensor4D): tf.Tensor4D {
  const [, height, width] = skip.shape;
  return tf.concat([resizeBilinear(x, [height, width]), skip], 3);
}
