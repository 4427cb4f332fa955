// SharpNet's encoder: ResNet-50 (He et al. 2016) whose last stage keeps its size and sees further by a dilated
// convolution in its place.
import * as tf from '@tensorflow/tfjs-core';
import type { SlotCollector } from 'rpg-core';
import { type ForwardContext, type Layer, maxPool2d, relu } from 'rpg-core/layers';
import { convNorm, convNormRelu } from './conv-norm.js';

/** Pixels of the image for one of the encoder's last map, in each direction. */
export const ENCODER_STRIDE = 16;

/** Bottlenecks of each layer, and what its first one does. */
const layers = [
  { name: 'layer1', numBlocks: 3, stride: 1, dilation: 1 },
  { name: 'layer2', numBlocks: 4, stride: 2, dilation: 1 },
  { name: 'layer3', numBlocks: 6, stride: 2, dilation: 1 },
  { name: 'layer4', numBlocks: 3, stride: 1, dilation: 2 },
] as const;

/** Outputs of a bottleneck for each channel of its middle. */
const EXPANSION = 4;

/** The encoder's maps of an image [batch, size, size, 3]; `width` is that of the encoder. */
export interface EncodedImage {
  /** [batch, size / 4, size / 4, width] */
  readonly stem: tf.Tensor4D;
  /** [batch, size / 4, size / 4, 4 · width] */
  readonly layer1: tf.Tensor4D;
  /** [batch, size / 8, size / 8, 8 · width] */
  readonly layer2: tf.Tensor4D;
  /** [batch, size / 16, size / 16, 16 · width] */
  readonly layer3: tf.Tensor4D;
  /** [batch, size / 16, size / 16, 32 · width] */
  readonly layer4: tf.Tensor4D;
}

/** @param hint added to the stem's map, [batch, size / 4, size / 4, width]: what is known of the image already */
export type Encoder = (images: tf.Tensor4D, hint: tf.Tensor4D | undefined, context: ForwardContext) => EncodedImage;

/** Settings of an encoder. */
export interface EncoderOptions {
  readonly name: string;
  /** Channels of the stem; 64 is the full network. */
  readonly width: number;
}

/** Declares the encoder: `<name>/stem` and `<name>/layer1` to `<name>/layer4`. */
export function encoder(slots: SlotCollector, { name, width }: EncoderOptions): Encoder {
  const stem = convNormRelu(slots, {
    name: `${name}/stem/conv`,
    inChannels: 3,
    outChannels: width,
    kernelSize: 7,
    stride: 2,
  });
  let inChannels = width;
  const stages = layers.map((layer, position) => {
    const middle = width * 2 ** position;
    const blocks = Array.from({ length: layer.numBlocks }, (_, i) => {
      const options = { name: `${name}/${layer.name}/block${i + 1}`, inChannels, middle };
      inChannels = EXPANSION * middle;
      return bottleneck(slots, i === 0 ? { ...options, stride: layer.stride, dilation: layer.dilation } : options);
    });
    return (x: tf.Tensor4D, context: ForwardContext) => blocks.reduce((y, block) => block(y, context), x);
  });
  const [first, second, third, fourth] = stages as [Layer, Layer, Layer, Layer];

  return (images, hint, context) => {
    const pooled = maxPool2d(stem(images, context), 3, 2, 1); // [batch, size / 4, size / 4, width]
    const x = hint === undefined ? pooled : tf.add<tf.Tensor4D>(pooled, hint);
    const layer1 = first(x, context);
    const layer2 = second(layer1, context);
    const layer3 = third(layer2, context);
    return { stem: x, layer1, layer2, layer3, layer4: fourth(layer3, context) };
  };
}

interface BottleneckOptions {
  readonly name: string;
  readonly inChannels: number;
  /** Channels between the 1×1 convolutions; the output has four times as many. */
  readonly middle: number;
  readonly stride?: number;
  readonly dilation?: number;
}

/** 1×1, 3×3, 1×1 beside a shortcut, which is a 1×1 convolution where the shape changes. The 3×3 one strides or dilates. */
function bottleneck(slots: SlotCollector, options: BottleneckOptions): Layer {
  const { name, inChannels, middle, stride = 1, dilation = 1 } = options;
  const outChannels = EXPANSION * middle;
  const shortcut =
    stride !== 1 || inChannels !== outChannels
      ? convNorm(slots, { name: `${name}/shortcut`, inChannels, outChannels, kernelSize: 1, stride })
      : undefined;
  const branch = [
    convNormRelu(slots, { name: `${name}/conv1`, inChannels, outChannels: middle, kernelSize: 1 }),
    convNormRelu(slots, {
      name: `${name}/conv2`,
      inChannels: middle,
      outChannels: middle,
      kernelSize: 3,
      stride,
      dilation,
    }),
    convNorm(slots, { name: `${name}/conv3`, inChannels: middle, outChannels, kernelSize: 1 }),
  ];
  return (x, context) => {
    const residual = branch.reduce((y, layer) => layer(y, context), x);
    return relu(tf.add(residual, shortcut === undefined ? x : shortcut(x, context)));
  };
}
