// Which stock layers have a ring-fed counterpart, and which of their weights are generated.
import * as tf from '@tensorflow/tfjs-core';
import type * as tfl from '@tensorflow/tfjs-layers';
import { requireFinite } from '../../weights/finite.js';
import {
  RpgConv2D,
  RpgConv2DTranspose,
  RpgDense,
  RpgDepthwiseConv2D,
  RpgEmbedding,
  RpgSeparableConv2D,
} from '../ring-fed-layers.js';
import type { RingSlot } from '../rpg-ring.js';
import { initialDeviation, type InitializerConfig } from './initializer-deviation.js';

/** A stock class's counterpart; for each generated weight the setting that initialises it. */
export interface Counterpart {
  readonly class: tf.serialization.SerializableConstructor<tfl.layers.Layer>;
  readonly initializerOf: ReadonlyMap<string, string>;
}

/** A slot and the present weights of the layer that it is made for. */
export interface ConvertedSlot extends RingSlot {
  readonly weights: tf.Tensor;
}

/** By the stock class's name. */
export const counterparts: ReadonlyMap<string, Counterpart> = new Map([
  ['Conv2D', { class: RpgConv2D, initializerOf: new Map([['kernel', 'kernelInitializer']]) }],
  [
    'DepthwiseConv2D',
    { class: RpgDepthwiseConv2D, initializerOf: new Map([['depthwise_kernel', 'depthwiseInitializer']]) },
  ],
  [
    'SeparableConv2D',
    {
      class: RpgSeparableConv2D,
      initializerOf: new Map([
        ['depthwise_kernel', 'depthwiseInitializer'],
        ['pointwise_kernel', 'pointwiseInitializer'],
      ]),
    },
  ],
  ['Conv2DTranspose', { class: RpgConv2DTranspose, initializerOf: new Map([['kernel', 'kernelInitializer']]) }],
  ['Dense', { class: RpgDense, initializerOf: new Map([['kernel', 'kernelInitializer']]) }],
  ['Embedding', { class: RpgEmbedding, initializerOf: new Map([['embeddings', 'embeddingsInitializer']]) }],
]);

/** Layers whose few weights stay their own without asking, as in the paper (section 3, batch normalisation). */
export const keptAsTheyAre: ReadonlySet<string> = new Set(['BatchNormalization', 'LayerNormalization', 'PReLU']);

/** The last part of a weight's name, as in `dense_1/kernel`. */
export function weightName(variable: tfl.LayerVariable): string {
  return variable.originalName.slice(variable.originalName.lastIndexOf('/') + 1);
}

/** A layer's config, with what tfjs-layers 4.22 gets wrong put right. */
export function configOf(layer: tfl.layers.Layer): tf.serialization.ConfigDict {
  const config = layer.getConfig();
  const own = layer as { depthMultiplier?: number; depthwiseConstraint?: tf.serialization.Serializable | null };
  if (layer.getClassName() === 'SeparableConv2D') config.depthMultiplier = own.depthMultiplier ?? 1; // is left out
  if (layer.getClassName() === 'DepthwiseConv2D') {
    const constraint = own.depthwiseConstraint; // the regulariser is written in its place
    config.depthwiseConstraint =
      constraint == null ? null : { className: constraint.getClassName(), config: constraint.getConfig() };
  }
  return config;
}

/** A layer of the same class and settings, not yet built. */
export function copyOfLayer(layer: tfl.layers.Layer, name: string): tfl.layers.Layer {
  const own = layer.constructor as unknown as tf.serialization.SerializableConstructor<tfl.layers.Layer>;
  return own.fromConfig(own, { ...configOf(layer), name });
}

/** @throws RangeError for a layer that cannot be put on a ring, saying what to do */
export function checkConvertible(layer: tfl.layers.Layer): void {
  const kind = layer.getClassName();
  if (kind === 'RpgRing') throw new RangeError(`rpgify: the model has the ring '${layer.name}' already.`);
  if (!counterparts.has(kind)) {
    const numWeights = layer.weights.reduce((sum, { shape }) => sum + tf.util.sizeFromShape(shape.map(Number)), 0);
    throw new RangeError(
      `rpgify: cannot put layer '${layer.name}' (${kind}, ${numWeights} weights) on a ring; convertible are ` +
        `${[...counterparts.keys()].join(', ')}. Name it in \`exclude\` to let it keep its own weights.`,
    );
  }
  const constraint = Object.entries(configOf(layer)).find(
    ([key, value]) => key.endsWith('Constraint') && key !== 'biasConstraint' && value != null,
  );
  if (constraint !== undefined) {
    throw new RangeError(
      `rpgify: layer '${layer.name}' has a ${constraint[0]}, which generated weights cannot keep. Name it in \`exclude\` ` +
        'to let it keep its own weights.',
    );
  }
}

/**
 * @param name the layer's name in the new model
 * @param initialize whether the slots' deviations are those of the initialisers or those of the present weights
 */
export function slotsOf(layer: tfl.layers.Layer, name: string, initialize: 'random' | 'project'): ConvertedSlot[] {
  const { initializerOf } = counterparts.get(layer.getClassName())!;
  const config = configOf(layer);
  return layer.weights
    .filter((variable) => initializerOf.has(weightName(variable)))
    .map((variable) => {
      const weights = variable.read();
      const initializer = config[initializerOf.get(weightName(variable))!] as unknown as InitializerConfig;
      const standardDeviation =
        initialize === 'random'
          ? initialDeviation(initializer, weights.shape, layer.name)
          : rootMeanSquare(weights, layer.name);
      if (standardDeviation === 0) {
        throw new RangeError(
          `rpgify: the weights of layer '${layer.name}' are all 0, so they have no scale on a ring. Name it in \`exclude\`, or ` +
            "use initialize: 'random'.",
        );
      }
      return { name: `${name}/${weightName(variable)}`, shape: weights.shape, standardDeviation, weights };
    });
}

function rootMeanSquare(tensor: tf.Tensor, layerName: string): number {
  const values = tensor.dataSync<'float32'>();
  requireFinite(`Layer '${layerName}'`, values);
  let sum = 0;
  for (const value of values) sum += value * value;
  return Math.sqrt(sum / values.length);
}
