// Models with rings in them, looked into, copied and saved.
import * as tf from '@tensorflow/tfjs-core';
import * as tfl from '@tensorflow/tfjs-layers';
import { generateReference } from '../src/ring/generation-plan.js';
import { rpgConv2d, rpgDense, rpgRing } from '../src/tf-layers/ring-fed-layers.js';
import { RpgRing } from '../src/tf-layers/rpg-ring.js';

export const read = (tensor: tf.Tensor | tf.Tensor[]): number[] => [...(tensor as tf.Tensor).dataSync()];

export function ringOf(model: tfl.LayersModel, name?: string): RpgRing {
  const ring = model.layers.find((layer) => layer instanceof RpgRing && (name ?? layer.name) === layer.name);
  if (!(ring instanceof RpgRing)) throw new Error('no ring');
  return ring;
}

const isVariable = (tensor: tf.Tensor | undefined): tensor is tf.Variable => tensor instanceof tf.Variable;

export function variableOf(weight: tfl.LayerVariable | undefined): tf.Variable {
  const variable = weight?.read();
  if (!isVariable(variable)) throw new Error('no variable');
  return variable;
}

export function copyOf(model: tfl.Sequential): tfl.Sequential {
  return tfl.Sequential.fromConfig<tfl.Sequential>(tfl.Sequential, model.getConfig() as tf.serialization.ConfigDict);
}

/** Generated kernels by slot name, by plain arithmetic. */
export function kernelsOf(ring: RpgRing): Map<string, tf.Tensor> {
  const flat = generateReference(ring.plan, Float32Array.from(read(ring.getWeights()[0]!)));
  return new Map(
    ring.plan.slots.map(({ slot, offset }) => [
      slot.name,
      tf.tensor(flat.slice(offset, offset + slot.size), [...slot.shape]),
    ]),
  );
}

export async function saveInMemory(model: tfl.LayersModel): Promise<tf.io.ModelArtifacts> {
  let saved: tf.io.ModelArtifacts | undefined;
  await model.save({
    save: (artifacts) => {
      saved = JSON.parse(JSON.stringify({ ...artifacts, weightData: undefined })) as tf.io.ModelArtifacts;
      saved.weightData = artifacts.weightData as ArrayBuffer;
      return Promise.resolve({ modelArtifactsInfo: { dateSaved: new Date(0), modelTopologyType: 'JSON' } });
    },
  });
  return saved!;
}

export const tfIo = (artifacts: tf.io.ModelArtifacts): tf.io.IOHandler => ({ load: () => Promise.resolve(artifacts) });

/** A convolution and a dense layer on a ring of 60, with a norm between them. */
export function imageModel(seed = 'Sesame_street/7'): tfl.Sequential {
  return tfl.sequential({
    layers: [
      rpgRing({ ringSize: 60, seed, inputShape: [6, 6, 2], name: 'ring' }),
      rpgConv2d({ filters: 4, kernelSize: 3, activation: 'relu', name: 'conv' }),
      tfl.layers.batchNormalization({ name: 'norm' }),
      tfl.layers.flatten(),
      rpgDense({ units: 3, name: 'head', biasInitializer: 'ones' }),
    ],
  });
}

export const sequential = (...layers: tfl.layers.Layer[]): tfl.Sequential => tfl.sequential({ layers });

/** A ring `r` of 4 elements, for an input of 4 numbers. */
export const ring = (settings: object = {}): RpgRing =>
  rpgRing({ ringSize: 4, seed: 1, name: 'r', inputShape: [4], ...settings });

/** A dense layer `d` of 2 units that reads its kernel from the ring before it. */
export const fed = (settings: object = {}): tfl.layers.Layer => rpgDense({ units: 2, name: 'd', ...settings });
