// One SharpNet (Ramamonjisoa and Lepetit 2019): an encoder, a decoder for depth and one for normals. Its third decoder,
// for occluding contours, is left out: 2D-3D-S has no contours to learn from, and the paper predicts none.
import * as tf from '@tensorflow/tfjs-core';
import type { SlotCollector } from 'rpg-core';
import { conv2d, type ForwardContext, type Layer } from 'rpg-core/layers';
import { decoder } from './decoder.js';
import { encoder } from './encoder.js';

/** Settings of a sub-network. */
export interface SubNetworkOptions {
  readonly name: string;
  /** Channels of the encoder's stem, a multiple of 4; 64 is the full network. */
  readonly width: number;
}

/** What a sub-network says of images [batch, size, size, 3]. */
export interface Prediction {
  /** float32 [batch, size, size], metres, 0 or more. */
  readonly depths: tf.Tensor3D;
  /** float32 [batch, size, size, 3], of length 1. */
  readonly normals: tf.Tensor4D;
}

/** A prediction with the maps that it came from. */
export interface SubNetworkOutput extends Prediction {
  /** [batch, size / 4, size / 4, 2 · width]: of depth and of normals. */
  readonly features: tf.Tensor4D;
}

/** @param hint for the encoder: what an earlier sub-network found, [batch, size / 4, size / 4, width] */
export type SubNetwork = (
  images: tf.Tensor4D,
  hint: tf.Tensor4D | undefined,
  context: ForwardContext,
) => SubNetworkOutput;

/**
 * Declares `<name>/encoder/…`, `<name>/depth/…`, `<name>/normals/…`; all convolutions are backbone slots.
 *
 * Differs from SharpNet: its depth ends in a ReLU, here in ln(1 + eˣ), which is nearly the same from 2 m on. The loss is
 * on the logarithm, and a pixel that a ReLU has cut off would learn nothing more, one just above it far too much.
 */
export function subNetwork(slots: SlotCollector, { name, width }: SubNetworkOptions): SubNetwork {
  const encode = encoder(slots, { name: `${name}/encoder`, width });
  const decodeDepth = decoder(slots, { name: `${name}/depth`, width, groupSizes: [6, 6, 2, 2, 2], numOutputs: 1 });
  const decodeNormals = decoder(slots, { name: `${name}/normals`, width, groupSizes: [4, 4, 2, 2, 2], numOutputs: 3 });

  return (images, hint, context) => {
    const imageSize = images.shape[1];
    const encoded = encode(images, hint, context);
    const depth = decodeDepth(encoded, imageSize, context);
    const normals = decodeNormals(encoded, imageSize, context);
    return {
      depths: tf.squeeze(tf.softplus(depth.prediction), [3]),
      normals: toUnitLength(tf.tanh(normals.prediction)),
      features: tf.concat([depth.features, normals.features], 3),
    };
  };
}

/** Turns what one sub-network found into a hint for the next. */
export type Merge = (output: SubNetworkOutput, context: ForwardContext) => tf.Tensor4D;

/**
 * Declares two 1×1 convolutions, `<name>/features` and `<name>/predictions`, whose outputs are added. Predictions are
 * averaged over 4×4 pixels before. Neither is part of a SharpNet, so they are no backbone slots.
 *
 * @param width that of the sub-networks
 */
export function merge(slots: SlotCollector, { name, width }: SubNetworkOptions): Merge {
  const pointwise = (part: string, inChannels: number): Layer =>
    conv2d(slots, {
      name: `${name}/${part}`,
      inChannels,
      outChannels: width,
      kernelSize: 1,
      useBias: true,
      role: 'head',
    });
  const fromFeatures = pointwise('features', 2 * width);
  const fromPredictions = pointwise('predictions', 4);
  return ({ depths, normals, features }, context) => {
    const predictions = tf.concat([tf.expandDims<tf.Tensor4D>(depths, 3), normals], 3); // [batch, size, size, 4]
    const coarse = tf.avgPool(predictions, 4, 4, 'valid');
    return tf.add(fromFeatures(features, context), fromPredictions(coarse, context));
  };
}

/** Keeps the gradient finite where all components are 0. */
const TINIEST_SQUARE = 1e-12;

function toUnitLength(vectors: tf.Tensor4D): tf.Tensor4D {
  const squares = tf.sum(tf.square(vectors), 3, true);
  return tf.mul(vectors, tf.rsqrt(tf.maximum(squares, TINIEST_SQUARE)));
}
