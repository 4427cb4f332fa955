// Which layers keep their own weights: those that the caller means, and all layers of a model that the caller means.
import type * as tfl from '@tensorflow/tfjs-layers';
import { markedLayersOf } from './copy-graph.js';

/** Layers, and models used as layers, by name or by a function that is asked of each. */
export type ExcludedLayers = readonly string[] | ((layer: tfl.layers.Layer) => boolean);

/**
 * The layers that `exclude` means; a model used as a layer stands for all layers in it.
 *
 * @throws RangeError for names that the model does not have
 */
export function excludedLayersOf(model: tfl.LayersModel, exclude: ExcludedLayers): Set<tfl.layers.Layer> {
  const met = new Set<string>();
  const isMeant = (layer: tfl.layers.Layer): boolean => {
    met.add(layer.name);
    return typeof exclude === 'function' ? exclude(layer) : exclude.includes(layer.name);
  };
  const excluded = new Set(markedLayersOf(model, isMeant));
  const unknown = typeof exclude === 'function' ? [] : exclude.filter((name) => !met.has(name));
  if (unknown.length > 0) {
    throw new RangeError(`rpgify: exclude names '${unknown.join("', '")}', which the model does not have.`);
  }
  return excluded;
}
