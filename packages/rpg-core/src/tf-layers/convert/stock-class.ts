// The class of a stock layer. tfjs-layers exports only the functions that make layers, not their classes.
import type { LayerArgs } from '@tensorflow/tfjs-layers/dist/engine/topology.js';

/**
 * The class of the layers that `make` makes.
 *
 * @param settings any that `make` accepts; the layer made from them is thrown away
 */
export function stockClassOf<Args extends LayerArgs, L>(
  make: (args: Args) => L & object,
  settings: Args,
): new (args: Args) => L {
  // With a name of its own it does not use up one of the automatic names.
  return make({ ...settings, name: 'stock' }).constructor as new (args: Args) => L;
}
