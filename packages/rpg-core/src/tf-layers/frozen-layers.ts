// Which layers of a model training leaves alone.
import * as tfl from '@tensorflow/tfjs-layers';

/**
 * Layers whose `trainable` is false, or that of a model used as a layer which holds them. The model's own flag does not
 * count: it stands beside the layers and can be copied as it is.
 */
export function frozenLayersOf(model: tfl.LayersModel): Set<tfl.layers.Layer> {
  const collect = (layers: readonly tfl.layers.Layer[], isHolderFrozen: boolean): tfl.layers.Layer[] =>
    layers.flatMap((layer) => {
      const isFrozen = isHolderFrozen || !layer.trainable;
      if (layer instanceof tfl.LayersModel) return collect(layer.layers, isFrozen);
      return isFrozen ? [layer] : [];
    });
  return new Set(collect(model.layers, false));
}
