import '@tensorflow/tfjs';
import * as tf from '@tensorflow/tfjs-core';
import * as tfl from '@tensorflow/tfjs-layers';
import { beforeAll, expect, test } from 'vitest';
import { read, saveInMemory, tfIo } from '../../../test/ring-models.js';
import { rpgConv2d, rpgDense, rpgRing } from '../ring-fed-layers.js';
import { rpgify } from './rpgify.js';
import { toPlain } from './to-plain.js';

beforeAll(async () => {
  await tf.setBackend('cpu');
});

/** Every kind of layer that a ring feeds. */
function photos(): tfl.LayersModel {
  const { layers } = tfl;
  return tfl.sequential({
    layers: [
      layers.conv2d({ filters: 4, kernelSize: 3, inputShape: [8, 8, 3], activation: 'relu', name: 'stem' }),
      layers.batchNormalization({ name: 'norm' }),
      layers.depthwiseConv2d({ kernelSize: 3, depthMultiplier: 2, padding: 'same', name: 'depthwise' }),
      layers.separableConv2d({ filters: 5, kernelSize: 2, depthMultiplier: 2, name: 'separable' }),
      layers.conv2dTranspose({ filters: 3, kernelSize: 2, strides: 2, useBias: false, name: 'up' }),
      layers.flatten(),
      layers.dense({ units: 4, name: 'head' }),
    ],
  });
}
const pictures = tf.randomNormal([2, 8, 8, 3], 0, 1, 'float32', 3);
const outputsOf = (model: tfl.LayersModel, inputs: tf.Tensor) => read(model.predict(inputs));

test('the same outputs bit for bit, from stock layers alone, on every kind of layer', () => {
  const { model } = rpgify(photos(), { ringSize: 0.3, seed: 'a', exclude: ['head'] });
  const plain = toPlain(model);
  expect(outputsOf(plain, pictures)).toEqual(outputsOf(model, pictures));
  const kinds = plain.layers.map((layer) => layer.getClassName());
  expect(kinds.filter((kind) => kind.startsWith('Rpg'))).toEqual([]);
  expect(plain.countParams()).toBe(photos().countParams());
});

test('embeddings, and several rings', () => {
  const words = tfl.sequential({
    layers: [
      tfl.layers.embedding({ inputDim: 10, outputDim: 6, inputLength: 4, name: 'words' }),
      tfl.layers.flatten(),
      tfl.layers.dense({ units: 3, name: 'head' }),
    ],
  });
  const { model } = rpgify(words, { ringSize: 0.5, seed: 'b', scope: (name) => name });
  const inputs = tf.tensor2d([[1, 2, 3, 9]]);
  expect(outputsOf(toPlain(model), inputs)).toEqual(outputsOf(model, inputs));
});

test('it loads where nothing is known of rings, and a functional model of several inputs keeps its shape', async () => {
  const [a, b] = [tfl.input({ shape: [3] }), tfl.input({ shape: [3] })];
  const ring = rpgRing({ ringSize: 10, seed: 'c' });
  const [left, right] = ring.apply([a, b]) as tfl.SymbolicTensor[];
  const shared = rpgDense({ units: 4, name: 'shared' });
  const sides = [left!, right!].map((side) => shared.apply(side) as tfl.SymbolicTensor);
  const joined = tfl.layers.concatenate().apply(sides) as tfl.SymbolicTensor;
  const model = tfl.model({ inputs: [a, b], outputs: rpgDense({ units: 2 }).apply(joined) as tfl.SymbolicTensor });
  const plain = toPlain(model);
  const saved = await saveInMemory(plain);
  expect(JSON.stringify(saved.modelTopology)).not.toContain('"class_name":"Rpg');
  const loaded = await tfl.loadLayersModel(tfIo(saved));
  const inputs = [tf.ones([1, 3]), tf.zeros([1, 3])];
  const expected = read(model.predict(inputs));
  expect(read(loaded.predict(inputs) as tf.Tensor)).toEqual(expected);
});

test('what is frozen stays frozen, and no tensor is left behind', () => {
  const original = photos();
  original.getLayer('stem').trainable = false;
  const { model } = rpgify(original, { ringSize: 0.3, seed: 'd' });
  outputsOf(model, pictures);
  const before = tf.memory().numTensors;
  const plain = toPlain(model);
  expect(plain.getLayer('stem').trainable).toBe(false);
  expect(plain.getLayer('head').trainable).toBe(true);
  plain.dispose();
  expect(tf.memory().numTensors).toBe(before);
});

test('a model without a ring, and convolutions in groups, are refused', () => {
  expect(() => toPlain(photos())).toThrow('toPlain: the model has no ring; it is a plain one already.');
  const grouped = tfl.sequential({
    layers: [
      rpgRing({ ringSize: 9, seed: 'e', inputShape: [4, 4, 4] }),
      rpgConv2d({ filters: 4, kernelSize: 1, groups: 2, name: 'grouped' }),
    ],
  });
  expect(() => toPlain(grouped)).toThrow(
    "toPlain: layer 'grouped' has 2 groups, and TensorFlow.js has no convolution in groups. Keep the ring.",
  );
});
