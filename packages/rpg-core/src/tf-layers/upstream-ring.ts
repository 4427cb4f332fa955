// Finds the ring that feeds a layer by walking the model's graph upwards. In this way each copy of a loaded model finds its
// own ring; looking rings up by name could mix them up.
import * as tf from '@tensorflow/tfjs-core';
import type * as tfl from '@tensorflow/tfjs-layers';
import { RpgRing } from './rpg-ring.js';

/**
 * @param inputs what the layer is applied to
 * @param ringName picks one of several rings
 * @throws RangeError when no such ring is upstream, or several are and none is named
 */
export function findRing(
  layerName: string,
  inputs: tf.Tensor | tf.Tensor[] | tfl.SymbolicTensor | tfl.SymbolicTensor[],
  ringName: string | undefined,
): RpgRing {
  const rings = ringsUpstreamOf(layerName, Array.isArray(inputs) ? inputs : [inputs]);
  const wanted = ringName === undefined ? rings : rings.filter(({ name }) => name === ringName);
  const [ring] = wanted;
  if (ring === undefined) {
    if (rings.length > 0) {
      throw new RangeError(
        `Layer '${layerName}' wants the ring '${String(ringName)}' upstream, but there is ${listOf(rings)}; use one of these ` +
          'names in `ring`.',
      );
    }
    const asked = ringName === undefined ? 'a ring' : `the ring '${ringName}'`;
    throw new RangeError(
      `Layer '${layerName}' wants ${asked} upstream, but there is none; apply rpgRing({ ringSize, seed }) to the model's ` +
        'inputs first (in a sequential model: add it first, with inputShape).',
    );
  }
  if (wanted.length > 1) {
    throw new RangeError(
      `Layer '${layerName}' has several rings upstream: ${listOf(rings)}; name one of them in its \`ring\` setting.`,
    );
  }
  return ring;
}

function listOf(rings: readonly RpgRing[]): string {
  return rings.map(({ name }) => `'${name}'`).join(', ');
}

function ringsUpstreamOf(layerName: string, inputs: readonly (tf.Tensor | tfl.SymbolicTensor)[]): RpgRing[] {
  const rings = new Set<RpgRing>();
  const seen = new Set<number>();
  const stack: tfl.SymbolicTensor[] = [];
  for (const input of inputs) {
    if (input instanceof tf.Tensor) {
      throw new RangeError(
        `Layer '${layerName}' was applied to a tensor before it was part of a model; a ring-fed layer finds its ring ` +
          'in the model, so apply it to symbolic tensors first.',
      );
    }
    stack.push(input);
  }
  for (let tensor = stack.pop(); tensor !== undefined; tensor = stack.pop()) {
    if (seen.has(tensor.id)) continue;
    seen.add(tensor.id);
    const layer = tensor.sourceLayer;
    if (layer instanceof RpgRing) rings.add(layer);
    stack.push(...(layer.inboundNodes[tensor.nodeIndex]?.inputTensors ?? []));
  }
  return [...rings];
}
