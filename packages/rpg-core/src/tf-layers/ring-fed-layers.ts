// The ring-fed layers, their factory functions in tf.layers' style, and their registration.
import * as tf from '@tensorflow/tfjs-core';
import * as tfl from '@tensorflow/tfjs-layers';
import type { ConvLayerArgs, SeparableConvLayerArgs } from '@tensorflow/tfjs-layers/dist/layers/convolutional.js';
import type { DepthwiseConv2DLayerArgs } from '@tensorflow/tfjs-layers/dist/layers/convolutional_depthwise.js';
import type { DenseLayerArgs } from '@tensorflow/tfjs-layers/dist/layers/core.js';
import type { EmbeddingLayerArgs } from '@tensorflow/tfjs-layers/dist/layers/embeddings.js';
import { requireVersion } from '../ops/require-backend.js';
import { stockClassOf } from './convert/stock-class.js';
import { fedByRing, type RingFedArgs, type RingFedLayer } from './fed-by-ring.js';
import { GroupedConv2D, type GroupedConv2DArgs } from './grouped-conv2d.js';
import { checkSettings, RpgRing, type RpgRingArgs } from './rpg-ring.js';

const { layers } = tfl;
/** Settings of tf.layers.conv2d, `groups` and `ring`. */
export interface RpgConv2DArgs extends GroupedConv2DArgs, RingFedArgs {}
/** Settings of tf.layers.depthwiseConv2d and `ring`. */
export interface RpgDepthwiseConv2DArgs extends DepthwiseConv2DLayerArgs, RingFedArgs {}
/** Settings of tf.layers.separableConv2d and `ring`. */
export interface RpgSeparableConv2DArgs extends SeparableConvLayerArgs, RingFedArgs {}
/** Settings of tf.layers.conv2dTranspose and `ring`. */
export interface RpgConv2DTransposeArgs extends ConvLayerArgs, RingFedArgs {}
/** Settings of tf.layers.dense and `ring`. */
export interface RpgDenseArgs extends DenseLayerArgs, RingFedArgs {}
/** Settings of tf.layers.embedding and `ring`. */
export interface RpgEmbeddingArgs extends EmbeddingLayerArgs, RingFedArgs {}

const StockDepthwise = stockClassOf(layers.depthwiseConv2d, { kernelSize: 1 });
const StockSeparable = stockClassOf(layers.separableConv2d, { filters: 1, kernelSize: 1 });
const StockTranspose = stockClassOf(layers.conv2dTranspose, { filters: 1, kernelSize: 1 });
const StockDense = stockClassOf(layers.dense, { units: 1 });
const StockEmbedding = stockClassOf(layers.embedding, { inputDim: 1, outputDim: 1 });

/** The stock class forgets its depth multiplier when it is saved. */
class SeparableConv2D extends StockSeparable {
  override getConfig(): tf.serialization.ConfigDict {
    return { ...super.getConfig(), depthMultiplier: this.depthMultiplier };
  }
}

/** tf.layers.conv2d with a generated kernel [height, width, inChannels / groups, filters], and with `groups`. */
export class RpgConv2D extends fedByRing<RpgConv2DArgs>(GroupedConv2D, ['kernel']) {
  static override readonly className = 'RpgConv2D';
}

/** tf.layers.depthwiseConv2d with a generated kernel [height, width, inChannels, depthMultiplier]. */
export class RpgDepthwiseConv2D extends fedByRing<RpgDepthwiseConv2DArgs>(StockDepthwise, ['depthwise_kernel']) {
  static override readonly className = 'RpgDepthwiseConv2D';
}

/** tf.layers.separableConv2d; its depthwise and its pointwise kernel are generated, two slots. */
export class RpgSeparableConv2D extends fedByRing<RpgSeparableConv2DArgs>(SeparableConv2D, [
  'depthwise_kernel',
  'pointwise_kernel',
]) {
  static override readonly className = 'RpgSeparableConv2D';
}

/** tf.layers.conv2dTranspose with a generated kernel [height, width, filters, inChannels]. */
export class RpgConv2DTranspose extends fedByRing<RpgConv2DTransposeArgs>(StockTranspose, ['kernel']) {
  static override readonly className = 'RpgConv2DTranspose';
}

/** tf.layers.dense with a generated kernel [inFeatures, units]. */
export class RpgDense extends fedByRing<RpgDenseArgs>(StockDense, ['kernel']) {
  static override readonly className = 'RpgDense';
}

/** tf.layers.embedding with a generated table [inputDim, outputDim]. */
export class RpgEmbedding extends fedByRing<RpgEmbeddingArgs>(StockEmbedding, ['embeddings']) {
  static override readonly className = 'RpgEmbedding';
}

/**
 * Makes the classes known to tf.serialization, so that `tf.loadLayersModel` can read a model with a ring. The functions
 * below call it; a program that only loads models calls it first. Calling it again changes nothing.
 */
export function registerRpgLayers(): void {
  requireVersion('@tensorflow/tfjs-layers', tfl.version_layers);
  const classes = [
    RpgRing,
    RpgConv2D,
    RpgDepthwiseConv2D,
    RpgSeparableConv2D,
    RpgConv2DTranspose,
    RpgDense,
    RpgEmbedding,
  ];
  for (const each of classes) tf.serialization.registerClass(each);
}

/** A ring, to be put between a model's inputs and the layers that it feeds. See `RpgRing`. */
export function rpgRing(args: RpgRingArgs): RpgRing {
  registerRpgLayers();
  checkSettings(args);
  return new RpgRing(args);
}

/** See `RpgConv2D`. */
export function rpgConv2d(args: RpgConv2DArgs): RingFedLayer {
  registerRpgLayers();
  return new RpgConv2D(args);
}

/** See `RpgDepthwiseConv2D`. */
export function rpgDepthwiseConv2d(args: RpgDepthwiseConv2DArgs): RingFedLayer {
  registerRpgLayers();
  return new RpgDepthwiseConv2D(args);
}

/** See `RpgSeparableConv2D`. */
export function rpgSeparableConv2d(args: RpgSeparableConv2DArgs): RingFedLayer {
  registerRpgLayers();
  return new RpgSeparableConv2D(args);
}

/** See `RpgConv2DTranspose`. */
export function rpgConv2dTranspose(args: RpgConv2DTransposeArgs): RingFedLayer {
  registerRpgLayers();
  return new RpgConv2DTranspose(args);
}

/** See `RpgDense`. */
export function rpgDense(args: RpgDenseArgs): RingFedLayer {
  registerRpgLayers();
  return new RpgDense(args);
}

/** See `RpgEmbedding`. */
export function rpgEmbedding(args: RpgEmbeddingArgs): RingFedLayer {
  registerRpgLayers();
  return new RpgEmbedding(args);
}
