// The way back: a model on a ring as a stock model, whose kernels are numbers of its own.
import * as tf from '@tensorflow/tfjs-core';
import * as tfl from '@tensorflow/tfjs-layers';
import { checkLayersModel } from '../model-file/pack-layers-model.js';
import { RpgRing } from '../rpg-ring.js';
import { copyOfLayer, counterparts, weightName } from './convertible-layers.js';
import { allLayersOf, copyGraph, uniqueNames } from './copy-graph.js';

type LayerFunction = (config: never) => tfl.layers.Layer;

/** By the stock class's name. */
const makers: ReadonlyMap<string, LayerFunction> = new Map<string, LayerFunction>([
  ['Conv2D', tfl.layers.conv2d],
  ['DepthwiseConv2D', tfl.layers.depthwiseConv2d],
  ['SeparableConv2D', tfl.layers.separableConv2d],
  ['Conv2DTranspose', tfl.layers.conv2dTranspose],
  ['Dense', tfl.layers.dense],
  ['Embedding', tfl.layers.embedding],
]);

/** The stock class's name of a ring-fed layer's; undefined for other layers. */
function stockNameOf(layer: tfl.layers.Layer): string | undefined {
  const own = layer.getClassName();
  return [...counterparts].find(([, { class: counterpart }]) => counterpart.className === own)?.[0];
}

/**
 * A stock `tf.LayersModel` with the same outputs, bit for bit: layers of tfjs alone, each with its M weights of its own, and
 * no ring. It can be saved, converted and quantised as any other model is, and is as large as one. Models used as layers are
 * dissolved into their layers; what is frozen stays frozen.
 *
 * @param model built, with one ring or several; it is neither changed nor disposed
 * @returns owned by the caller; compile it before `fit`
 * @throws RangeError for a model without a ring, and for convolutions in groups, which tfjs has no layer for
 */
export function toPlain(model: tfl.LayersModel): tfl.LayersModel {
  checkLayersModel(model, 'toPlain');
  const layers = allLayersOf(model);
  const rings = new Map(layers.flatMap((layer) => (layer instanceof RpgRing ? [[layer.name, layer]] : [])));
  if (rings.size === 0) throw new RangeError('toPlain: the model has no ring; it is a plain one already.');
  const names = uniqueNames(layers);
  const pairs: { from: tfl.layers.Layer; to: tfl.layers.Layer }[] = [];
  const plain = copyGraph(model, {
    behindInputs: (inputs) => inputs,
    copyLayer: (from) => {
      if (from instanceof RpgRing) return undefined;
      const to = stockLayer(from, names.get(from)!);
      pairs.push({ from, to });
      return to;
    },
  });
  for (const { from, to } of pairs) {
    const ring = rings.get(ringNameOf(from) ?? '');
    tf.tidy(() => {
      copyWeights(from, to, ring);
    });
    if (!from.trainable) to.trainable = false;
  }
  if (!model.trainable) plain.trainable = false;
  return plain;
}

function stockLayer(layer: tfl.layers.Layer, name: string): tfl.layers.Layer {
  const stock = stockNameOf(layer);
  if (stock === undefined) return copyOfLayer(layer, name);
  const config = layer.getConfig();
  const groups = Number(config.groups ?? 1);
  if (groups !== 1) {
    throw new RangeError(
      `toPlain: layer '${layer.name}' has ${groups} groups, and TensorFlow.js has no convolution in groups. Keep the ring.`,
    );
  }
  // Settings that the stock class does not know are nothing to it.
  return makers.get(stock)!({ ...config, name } as never);
}

function ringNameOf(layer: tfl.layers.Layer): string | undefined {
  const { ring } = layer.getConfig() as { ring?: { name: string } | null };
  return stockNameOf(layer) === undefined ? undefined : ring?.name;
}

/** Kernels as the ring generates them, and what the layer had of its own. */
function copyWeights(from: tfl.layers.Layer, to: tfl.layers.Layer, ring: RpgRing | undefined): void {
  if (ring === undefined) {
    to.setWeights(from.getWeights());
    return;
  }
  for (const variable of to.weights) {
    const position = ring.slots.findIndex(({ name }) => name === `${from.name}/${weightName(variable)}`);
    const own = from.weights.find((other) => weightName(other) === weightName(variable));
    variable.write(position === -1 ? own!.read() : ring.kernel(position));
  }
}
