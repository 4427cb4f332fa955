import '@tensorflow/tfjs';
import * as tf from '@tensorflow/tfjs-core';
import * as tfl from '@tensorflow/tfjs-layers';
import { beforeAll, describe, expect, test } from 'vitest';
import { rpgify } from './rpgify.js';

beforeAll(async () => {
  await tf.setBackend('cpu');
});

const { layers } = tfl;
type Symbolic = tfl.SymbolicTensor;
const read = (tensor: tf.Tensor | tf.Tensor[]): number[] => [...(tensor as tf.Tensor).dataSync()];
const apply = (layer: tfl.layers.Layer, input: Symbolic | Symbolic[]): Symbolic => layer.apply(input) as Symbolic;
const sizeOf = (weights: readonly tfl.LayerVariable[]): number =>
  weights.reduce((sum, { shape }) => sum + tf.util.sizeFromShape(shape.map(Number)), 0);
const noise = (shape: number[], seed = 1): tf.Tensor => tf.randomNormal(shape, 0, 1, 'float32', seed);
/**
 * Every weight somewhere else than where it started, so that copying shows, and the same in every run: kernels, which
 * tfjs-layers draws without a seed, are drawn anew; what starts as a constant is moved up.
 */
function disturb(model: tfl.LayersModel): tfl.LayersModel {
  const drawn = model.getWeights().map((w, i) => {
    const deviation = w.rank === 1 ? 0.1 : Math.sqrt(w.shape.at(-1)! / w.size);
    const values = tf.randomNormal(w.shape, 0, deviation, 'float32', i + 1);
    return w.rank === 1 ? tf.add(w, tf.abs(values)) : values;
  });
  model.setWeights(drawn);
  return model;
}

function mobileNetLike(): tfl.LayersModel {
  const input = tfl.input({ shape: [8, 8, 3], name: 'image' });
  let x = apply(layers.conv2d({ filters: 8, kernelSize: 3, strides: 2, padding: 'same', name: 'stem' }), input);
  for (let block = 0; block < 2; block++) {
    x = apply(layers.depthwiseConv2d({ kernelSize: 3, padding: 'same', useBias: false }), x);
    x = apply(layers.reLU({ maxValue: 6 }), apply(layers.batchNormalization(), x));
    x = apply(layers.conv2d({ filters: 16, kernelSize: 1, useBias: false }), x);
    x = apply(layers.reLU({ maxValue: 6 }), apply(layers.batchNormalization(), x));
  }
  x = apply(layers.separableConv2d({ filters: 12, kernelSize: 3, depthMultiplier: 2, name: 'separable' }), x);
  const pooled = layers.globalAveragePooling2d({}).apply(x) as Symbolic;
  return tfl.model({
    inputs: input,
    outputs: apply(layers.dense({ units: 5, activation: 'softmax', name: 'head' }), pooled),
  });
}

function resNetLike(): tfl.LayersModel {
  const input = tfl.input({ shape: [6, 6, 4] });
  const conv = (x: Symbolic, settings: object = {}): Symbolic =>
    apply(layers.conv2d({ filters: 8, kernelSize: 3, padding: 'same', kernelInitializer: 'heNormal', ...settings }), x);
  let x = conv(input);
  for (const strides of [1, 2]) {
    const shortcut = strides === 1 ? x : conv(x, { kernelSize: 1, strides });
    const inner = conv(
      apply(layers.activation({ activation: 'relu' }), apply(layers.batchNormalization(), conv(x, { strides }))),
    );
    x = apply(layers.add(), [inner, shortcut]);
  }
  const up = apply(layers.conv2dTranspose({ filters: 2, kernelSize: 2, strides: 2 }), x);
  return tfl.model({
    inputs: input,
    outputs: [apply(layers.flatten(), up), apply(layers.dense({ units: 3 }), apply(layers.flatten(), x))],
  });
}

/** Two blocks of attention-free token and channel mixing with norms and residuals. */
function transformerLike(): tfl.LayersModel {
  const input = tfl.input({ shape: [6], dtype: 'int32' });
  let x = apply(layers.embedding({ inputDim: 20, outputDim: 8, name: 'tokens' }), input);
  for (let block = 0; block < 2; block++) {
    const mixed = apply(layers.permute({ dims: [2, 1] }), apply(layers.layerNormalization(), x));
    const tokens = apply(
      layers.permute({ dims: [2, 1] }),
      apply(layers.dense({ units: 6, activation: 'tanh' }), mixed),
    );
    x = apply(layers.add(), [x, tokens]);
    const wide = apply(layers.dense({ units: 16, activation: 'relu' }), apply(layers.layerNormalization(), x));
    x = apply(layers.add(), [x, apply(layers.dense({ units: 8 }), wide)]);
  }
  return tfl.model({ inputs: input, outputs: apply(layers.dense({ units: 20, activation: 'softmax' }), x) });
}

function sequential(): tfl.LayersModel {
  return tfl.sequential({
    layers: [
      layers.dense({ units: 16, activation: 'relu', inputShape: [4], name: 'one' }),
      layers.dropout({ rate: 0 }),
      layers.dense({ units: 3, activation: 'softmax', name: 'two' }),
    ],
  });
}

const models = [
  { name: 'sequential', make: sequential, input: () => noise([3, 4]), generated: 64 + 48 },
  {
    name: 'MobileNet-like',
    make: mobileNetLike,
    input: () => noise([2, 8, 8, 3]),
    generated: 216 + 72 + 128 + 144 + 256 + 288 + 384 + 60,
  },
  { name: 'ResNet-like', make: resNetLike, input: () => noise([2, 6, 6, 4]), generated: 288 + 4 * 576 + 64 + 64 + 216 },
  {
    name: 'transformer-like',
    make: transformerLike,
    input: () => tf.tensor2d([[0, 1, 5, 19, 7, 7]], [1, 6], 'int32'),
    generated: 160 + 2 * (36 + 256) + 160,
  },
];

describe.each(models)('$name', ({ make, input, generated }) => {
  const outputsOf = (model: tfl.LayersModel): number[] => [model.predict(input())].flat().flatMap((y) => read(y));

  test('on a ring of half its weights: counts, graph, copied weights', () => {
    const original = disturb(make());
    const { model, counts, relativeError } = rpgify(original, { ringSize: 0.5, seed: 1 });
    const ringSize = Math.round(generated / 2);
    expect(counts).toMatchObject({ generated, ringSize, before: sizeOf(original.weights) });
    expect(counts.after).toBe(counts.before - generated + ringSize);
    expect(counts.after).toBe(sizeOf(model.weights));
    expect([...counts.layers.values()].reduce((sum, size) => sum + size, 0)).toBe(generated);
    expect(relativeError).toBeUndefined();
    expect(model.inputs.map(({ shape, dtype }) => [shape, dtype])).toEqual(
      original.inputs.map(({ shape, dtype }) => [shape, dtype]),
    );
    expect(model.outputs.map(({ shape }) => shape)).toEqual(original.outputs.map(({ shape }) => shape));
    expect(outputsOf(model).every(Number.isFinite)).toBe(true);
    for (const layer of original.layers.filter((one) => one.getClassName().includes('Norm'))) {
      expect(model.getLayer(layer.name).getWeights().map(read)).toEqual(layer.getWeights().map(read));
    }
  });

  test('on a ring of all its weights, projected, it is the same function', () => {
    const original = disturb(make());
    const { model, relativeError } = rpgify(original, { ringSize: 1, seed: 1, initialize: 'project' });
    expect(relativeError).toBeLessThan(1e-6);
    const expected = outputsOf(original);
    const largest = Math.max(...expected.map(Math.abs));
    outputsOf(model).forEach((value, i) => {
      expect(Math.abs(value - expected[i]!)).toBeLessThan(1e-5 * largest);
    });
  });

  test('projected on half its weights it keeps half the energy', () => {
    const { relativeError } = rpgify(disturb(make()), { ringSize: 0.5, seed: 2, initialize: 'project' });
    expect(relativeError).toBeGreaterThan(0.55);
    expect(relativeError).toBeLessThan(0.8);
  });

  test('can be trained, saved and loaded, without leaks', async () => {
    const before = tf.memory().numTensors;
    const original = make();
    const { model } = rpgify(original, { ringSize: 0.5, seed: 3 });
    original.dispose();
    const x = input();
    const y = [model.predict(x)].flat().map((output) => tf.mul(output, 0.5));
    model.compile({ optimizer: tf.train.sgd(0.01), loss: 'meanSquaredError' });
    const first = await model.fit(x, y, { epochs: 1 });
    const history = await model.fit(x, y, { epochs: 10 });
    expect(Number(history.history.loss!.at(-1))).toBeLessThan(Number(first.history.loss![0]));
    const copy = await tfl.loadLayersModel(await inMemory(model));
    expect(outputsOf(copy)).toEqual(outputsOf(model));
    [x, y].flat().forEach((tensor) => {
      tensor.dispose();
    });
    copy.dispose();
    model.dispose();
    expect(tf.memory().numTensors - before).toBeLessThan(30); // outputs read by this test
  });
});

async function inMemory(model: tfl.LayersModel): Promise<tf.io.IOHandler> {
  let saved: tf.io.ModelArtifacts | undefined;
  await model.save({
    save: (artifacts) => {
      saved = {
        ...(JSON.parse(JSON.stringify({ ...artifacts, weightData: null })) as tf.io.ModelArtifacts),
        weightData: artifacts.weightData!,
      };
      return Promise.resolve({ modelArtifactsInfo: { dateSaved: new Date(0), modelTopologyType: 'JSON' } });
    },
  });
  return { load: () => Promise.resolve(saved!) };
}

test('excluded layers keep their own weights, in either way of naming them', () => {
  for (const exclude of [['head', 'stem'], (layer: tfl.layers.Layer) => ['head', 'stem'].includes(layer.name)]) {
    const original = disturb(mobileNetLike());
    const { model, counts } = rpgify(original, { ringSize: 0.25, seed: 1, exclude });
    expect(model.getLayer('head').getClassName()).toBe('Dense');
    expect(model.getLayer('head').getWeights().map(read)).toEqual(original.getLayer('head').getWeights().map(read));
    expect([...counts.layers.keys()]).not.toContain('stem');
  }
});

test('excluded separable and depthwise layers survive what tfjs-layers forgets of them', () => {
  const original = tfl.sequential({
    layers: [
      layers.depthwiseConv2d({ kernelSize: 3, depthwiseRegularizer: 'l1l2', inputShape: [6, 6, 2], name: 'depthwise' }),
      layers.separableConv2d({ filters: 3, kernelSize: 3, depthMultiplier: 3, name: 'separable' }),
      layers.flatten(),
      layers.dense({ units: 2 }),
    ],
  });
  const { model } = rpgify(original, { ringSize: 8, seed: 1, exclude: ['depthwise', 'separable'] });
  expect(model.getLayer('separable').getWeights().map(read)).toEqual(
    original.getLayer('separable').getWeights().map(read),
  );
  expect(rpgify(original, { ringSize: 8, seed: 1 }).model.getLayer('depthwise').losses).toHaveLength(1);
});

test('local rings by a function of the layer', () => {
  const { model, counts } = rpgify(resNetLike(), {
    ringSize: 100,
    seed: 7,
    scope: (name) => (name.startsWith('conv') ? 'convolutions' : 'rest'),
  });
  const rings = model.layers.filter((layer) => layer.getClassName() === 'RpgRing');
  expect(rings.map(({ name }) => name)).toEqual(['rpg_ring_convolutions', 'rpg_ring_rest']);
  expect(counts.ringSize).toBe(100);
  expect(sizeOf(rings.flatMap(({ weights }) => weights))).toBe(100);
});

test('models inside the model, used once or twice, are dissolved', () => {
  const trunk = tfl.sequential({
    layers: [layers.dense({ units: 6, inputShape: [4], activation: 'relu', name: 'd' })],
    name: 'trunk',
  });
  const inputs = [tfl.input({ shape: [4] }), tfl.input({ shape: [4] })];
  const joined = apply(
    layers.concatenate(),
    inputs.map((x) => apply(trunk, x)),
  );
  const original = disturb(tfl.model({ inputs, outputs: apply(layers.dense({ units: 2, name: 'd' }), joined) }));
  const { model, counts } = rpgify(original, { ringSize: 1, seed: 1, initialize: 'project' });
  expect([...counts.layers]).toEqual([
    ['d', 24],
    ['d_2', 24],
  ]);
  expect(counts).toMatchObject({ before: 24 + 6 + 24 + 2, generated: 48 });
  expect(model.layers.map(({ name }) => name)).toContain('d_2');
  const x = [noise([3, 4], 1), noise([3, 4], 2)];
  const expected = read(original.predict(x));
  read(model.predict(x)).forEach((value, i) => {
    expect(value).toBeCloseTo(expected[i]!, 5);
  });
});

test('the original stays as it was', () => {
  const original = disturb(sequential());
  const before = original.getWeights().map(read);
  const { model } = rpgify(original, { ringSize: 0.5, seed: 1, initialize: 'project' });
  model.dispose();
  expect(original.getWeights().map(read)).toEqual(before);
  expect(original.layers[0]!.outboundNodes.length).toBe(1);
});
