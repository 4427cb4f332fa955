// Which layers of a model are not trained.
import type * as tfl from '@tensorflow/tfjs-layers';
import { markedLayersOf } from './copy-graph.js';

/**
 * Layers whose `trainable` is false, or that of a model used as a layer which holds them. The model's own flag does not
 * count: it stands beside the layers and can be copied as it is.
 */
export function frozenLayersOf(model: tfl.LayersModel): Set<tfl.layers.Layer> {
  return new Set(markedLayersOf(model, (layer) => !layer.trainable));
}
