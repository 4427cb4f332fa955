// Builds the graph of a tf.LayersModel once more, with other layers.
import * as tfl from '@tensorflow/tfjs-layers';

/** How the copy differs. */
export interface GraphCopy {
  /** What follows the inputs; the identity or a ring. */
  readonly behindInputs: (inputs: tfl.SymbolicTensor[]) => tfl.SymbolicTensor[];
  /**
   * The copy of a layer, undefined for one that is left out, which passes its inputs on. Called once a layer, however often
   * the layer is used. Models inside the model are not asked for.
   */
  readonly copyLayer: (layer: tfl.layers.Layer) => tfl.layers.Layer | undefined;
}

/**
 * Applies copies of a model's layers in the same way to new inputs. Models used as layers are dissolved into their layers:
 * one graph is left, so that one ring can stand before all of it.
 */
export function copyGraph(model: tfl.LayersModel, { behindInputs, copyLayer }: GraphCopy): tfl.LayersModel {
  const copies = new Map<tfl.layers.Layer, tfl.layers.Layer | undefined>();
  const copyOf = (layer: tfl.layers.Layer): tfl.layers.Layer | undefined => {
    if (!copies.has(layer)) copies.set(layer, copyLayer(layer));
    return copies.get(layer);
  };
  const inputs = model.inputs.map(({ shape, dtype, sourceLayer }) =>
    tfl.input({ batchShape: shape, dtype, name: sourceLayer.name }),
  );
  const outputs = applyTo(model, behindInputs(inputs), copyOf);
  return tfl.model({ inputs, outputs, name: model.name });
}

/** The layers of a model and of the models inside it, each once, in the order of the model's own list. */
export function allLayersOf(model: tfl.LayersModel): tfl.layers.Layer[] {
  const layers = model.layers.flatMap((layer) => (layer instanceof tfl.LayersModel ? allLayersOf(layer) : [layer]));
  return [...new Set(layers)].filter((layer) => layer.getClassName() !== 'InputLayer');
}

/**
 * Those for which `isMarked` is true, or is of a model that holds them. It is asked of every layer and of every model used
 * as a layer.
 */
export function markedLayersOf(
  model: tfl.LayersModel,
  isMarked: (layer: tfl.layers.Layer) => boolean,
  isInMarked = false,
): tfl.layers.Layer[] {
  return model.layers.flatMap((layer) => {
    const isSo = isMarked(layer) || isInMarked;
    if (layer instanceof tfl.LayersModel) return markedLayersOf(layer, isMarked, isSo);
    return isSo ? [layer] : [];
  });
}

type CopyOf = GraphCopy['copyLayer'];

function applyTo(model: tfl.LayersModel, inputs: readonly tfl.SymbolicTensor[], copyOf: CopyOf): tfl.SymbolicTensor[] {
  const done = new Map(model.inputs.map(({ id }, i) => [id, inputs[i]!]));
  const copyOfTensor = (tensor: tfl.SymbolicTensor): tfl.SymbolicTensor => {
    const known = done.get(tensor.id);
    if (known !== undefined) return known;
    const layer = tensor.sourceLayer;
    const node = layer.inboundNodes[tensor.nodeIndex]!;
    const from = node.inputTensors.map(copyOfTensor);
    const to =
      layer instanceof tfl.LayersModel ? applyTo(layer, from, copyOf) : applied(copyOf(layer), from, node.callArgs);
    node.outputTensors.forEach(({ id }, i) => done.set(id, to[i]!));
    return done.get(tensor.id)!;
  };
  return model.outputs.map(copyOfTensor);
}

function applied(
  copy: tfl.layers.Layer | undefined,
  from: tfl.SymbolicTensor[],
  callArgs: Parameters<tfl.layers.Layer['apply']>[1],
): tfl.SymbolicTensor[] {
  if (copy === undefined) return from;
  const to = copy.apply(from.length === 1 ? from[0]! : from, callArgs);
  return (Array.isArray(to) ? to : [to]) as tfl.SymbolicTensor[];
}

/** Names in the new model: a layer of a model inside the model gets a number when its name is taken. */
export function uniqueNames(layers: readonly tfl.layers.Layer[]): Map<tfl.layers.Layer, string> {
  const taken = new Set<string>();
  return new Map(
    layers.map((layer) => {
      let name = layer.name;
      for (let number = 2; taken.has(name); number++) name = `${layer.name}_${number}`;
      taken.add(name);
      return [layer, name];
    }),
  );
}
