import '@tensorflow/tfjs';
import * as tf from '@tensorflow/tfjs-core';
import * as tfl from '@tensorflow/tfjs-layers';
import { beforeAll, describe, expect, test } from 'vitest';
import { packLayersModel } from '../model-file/pack-layers-model.js';
import { unpackLayersModel } from '../model-file/unpack-layers-model.js';
import { rpgify, type RpgifyOptions } from './rpgify.js';

beforeAll(async () => {
  await tf.setBackend('cpu');
});

const { layers } = tfl;
const read = (tensor: tf.Tensor | tf.Tensor[]): number[] => [...(tensor as tf.Tensor).dataSync()];
const namesOf = (weights: readonly tfl.LayerVariable[]): string[] => weights.map(({ originalName }) => originalName);
const x = (): tf.Tensor => tf.randomNormal([5, 4], 0, 1, 'float32', 3);
const y = (): tf.Tensor => tf.randomNormal([5, 2], 0, 1, 'float32', 4);

/** Kernels of 12 and 9 numbers with a norm between them, one level further down. */
function makeBase(): tfl.Sequential {
  const inner = tfl.sequential({
    name: 'inner',
    layers: [layers.dense({ units: 3, inputShape: [4], name: 'low' }), layers.layerNormalization({ name: 'norm' })],
  });
  return tfl.sequential({
    name: 'base',
    layers: [inner, layers.dense({ units: 3, name: 'high', activation: 'tanh' })],
  });
}

/** The base and a head of 6 weights. */
function withHead(base: tfl.LayersModel): tfl.Sequential {
  return tfl.sequential({ layers: [base, layers.dense({ units: 2, name: 'head' })] });
}

function modelIn(model: tfl.LayersModel, name: string): tfl.LayersModel {
  const layer = model.getLayer(name);
  if (!(layer instanceof tfl.LayersModel)) throw new Error(`${name} is no model.`);
  return layer;
}

async function fit(model: tfl.LayersModel): Promise<void> {
  model.compile({ optimizer: tf.train.adam(0.05), loss: 'meanSquaredError' });
  await model.fit(x(), y(), { epochs: 3 });
}

/** What the layer `high`, the end of the base, gives. */
function baseOutputOf(model: tfl.LayersModel): number[] {
  const base = tfl.model({ inputs: model.inputs, outputs: model.getLayer('high').output });
  return read(base.predict(x()));
}

const options: RpgifyOptions = { ringSize: 0.5, seed: 1 };

describe('a frozen base inside a model', () => {
  test('stays frozen, on a ring of its own that is frozen too, while the head learns', async () => {
    const base = makeBase();
    base.trainable = false;
    const { model, counts } = rpgify(withHead(base), options);
    expect(namesOf(model.trainableWeights)).toEqual(['rpg_ring/ring', 'head/bias']);
    expect(counts).toMatchObject({ generated: 27, ringSize: 14 }); // 0.5 · 27, rounded
    const sizes = ['rpg_ring_frozen', 'rpg_ring'].map((name) => model.getLayer(name).countParams());
    expect(sizes).toEqual([11, 3]); // round(14 · 21 / 27), and the rest
    const before = [baseOutputOf(model), read(model.predict(x()))];
    await fit(model);
    expect(baseOutputOf(model)).toEqual(before[0]);
    expect(read(model.predict(x()))).not.toEqual(before[1]);
  });

  test('stays frozen when a single part of it is, whatever holds it', () => {
    const base = makeBase();
    modelIn(base, 'inner').trainable = false;
    const { model } = rpgify(withHead(base), options);
    expect(namesOf(model.trainableWeights)).toEqual(['rpg_ring/ring', 'high/bias', 'head/bias']);
    expect(model.getLayer('norm').trainable).toBe(false);
  });

  test('and when it is saved and loaded', async () => {
    const base = makeBase();
    base.trainable = false;
    const { model } = rpgify(withHead(base), options);
    const { model: loaded } = await unpackLayersModel(await packLayersModel(model));
    expect(namesOf(loaded.trainableWeights)).toEqual(['rpg_ring/ring', 'head/bias']);
    expect(read(loaded.predict(x()))).toEqual(read(model.predict(x())));
  });

  test('a wrapper inside it is frozen by its layer', () => {
    const base = tfl.sequential({
      name: 'base',
      layers: [layers.timeDistributed({ layer: layers.dense({ units: 2 }), inputShape: [3, 4], name: 'each' })],
    });
    base.trainable = false;
    const whole = tfl.sequential({ layers: [base, layers.dense({ units: 2, name: 'head' })] });
    const { model } = rpgify(whole, { ...options, exclude: ['each'] });
    expect(namesOf(model.trainableWeights)).toEqual(['rpg_ring/ring', 'head/bias']);
  });
});

test('layers frozen one by one leave the ring of those that train', () => {
  const model = withHead(makeBase());
  model.getLayer('head').trainable = false;
  const rings = rpgify(model, { ...options, scope: () => 'all' }).model.layers.filter(
    (layer) => layer.getClassName() === 'RpgRing',
  );
  expect(rings.map(({ name, trainable }) => [name, trainable])).toEqual([
    ['rpg_ring_all', true],
    ['rpg_ring_all_frozen', false],
  ]);
});

test('a ring whose name is taken by a scope is not shared by accident', () => {
  const model = withHead(makeBase());
  model.getLayer('head').trainable = false;
  const scopes: Record<string, string> = { low: 'a', high: 'a_frozen', head: 'a' };
  const { layers: made } = rpgify(model, { ...options, scope: (name) => scopes[name]! }).model;
  const rings = made.filter((layer) => layer.getClassName() === 'RpgRing').map(({ name }) => name);
  expect(rings).toEqual(['rpg_ring_a', 'rpg_ring_a_frozen', 'rpg_ring_a_frozen_frozen']);
});

test('a model frozen as a whole stays so, on one ring with the seed as given, and thaws as the original does', () => {
  const flat = tfl.sequential({
    layers: [layers.dense({ units: 3, inputShape: [4], name: 'one' }), layers.dense({ units: 2, name: 'two' })],
  });
  const thawed = rpgify(flat, options).model;
  flat.trainable = false;
  const { model } = rpgify(flat, options);
  expect(model.trainable).toBe(false);
  expect(namesOf(model.trainableWeights)).toEqual([]);
  expect(read(model.predict(x()))).toEqual(read(thawed.predict(x())));
  model.trainable = true;
  expect(namesOf(model.trainableWeights)).toEqual(namesOf(thawed.trainableWeights));
  expect(namesOf(model.trainableWeights)).toEqual(['rpg_ring/ring', 'one/bias', 'two/bias']);
});

describe.each([
  { way: 'by name', exclude: (name: string) => [name] },
  { way: 'by a function', exclude: (name: string) => (layer: tfl.layers.Layer) => layer.name === name },
])('a model inside the model is excluded $way', ({ exclude }) => {
  test('with all layers in it, however deep', () => {
    const original = withHead(makeBase());
    const { model, counts } = rpgify(original, { ...options, exclude: exclude('base') });
    expect([...counts.layers]).toEqual([['head', 6]]);
    const kept = ['low', 'high'].map((name) => model.getLayer(name));
    expect(kept.map((layer) => layer.getClassName())).toEqual(['Dense', 'Dense']);
    const high = modelIn(original, 'base').getLayer('high');
    expect(kept[1]!.getWeights().map(read)).toEqual(high.getWeights().map(read));
  });

  test('or with the layers of the inner one alone', () => {
    const { counts } = rpgify(withHead(makeBase()), { ...options, exclude: exclude('inner') });
    expect([...counts.layers.keys()]).toEqual(['high', 'head']);
  });
});
