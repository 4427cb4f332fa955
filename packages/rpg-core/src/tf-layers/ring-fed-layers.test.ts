import '@tensorflow/tfjs';
import * as tf from '@tensorflow/tfjs-core';
import * as tfl from '@tensorflow/tfjs-layers';
import { beforeAll, describe, expect, test } from 'vitest';
import { kernelsOf, read, saveInMemory, tfIo, variableOf } from '../../test/ring-models.js';
import {
  rpgConv2d,
  rpgConv2dTranspose,
  rpgDense,
  rpgDepthwiseConv2d,
  rpgEmbedding,
  rpgRing,
  rpgSeparableConv2d,
} from './ring-fed-layers.js';
import type { RpgRing } from './rpg-ring.js';

beforeAll(async () => {
  await tf.setBackend('cpu');
});

type LayerOf = (settings: object) => tfl.layers.Layer;
const image = [6, 6, 4];
const cases: {
  name: string;
  inputShape: number[];
  ringFed: LayerOf;
  stock: LayerOf;
  settings: object;
  kernels: string[];
}[] = [
  {
    name: 'conv2d',
    inputShape: image,
    ringFed: (s) => rpgConv2d({ filters: 6, kernelSize: 3, ...s }),
    stock: (s) => tfl.layers.conv2d({ filters: 6, kernelSize: 3, ...s }),
    settings: { strides: 2, padding: 'same', activation: 'relu' },
    kernels: ['kernel'],
  },
  {
    name: 'conv2d, channels first, without bias',
    inputShape: image,
    ringFed: (s) => rpgConv2d({ filters: 6, kernelSize: [3, 2], ...s }),
    stock: (s) => tfl.layers.conv2d({ filters: 6, kernelSize: [3, 2], ...s }),
    settings: { useBias: false, dataFormat: 'channelsFirst', activation: 'tanh' },
    kernels: ['kernel'],
  },
  {
    name: 'depthwise conv2d',
    inputShape: image,
    ringFed: (s) => rpgDepthwiseConv2d({ kernelSize: 3, ...s }),
    stock: (s) => tfl.layers.depthwiseConv2d({ kernelSize: 3, ...s }),
    settings: { depthMultiplier: 2, activation: 'elu' },
    kernels: ['depthwise_kernel'],
  },
  {
    name: 'separable conv2d',
    inputShape: image,
    ringFed: (s) => rpgSeparableConv2d({ filters: 5, kernelSize: 3, ...s }),
    stock: (s) => tfl.layers.separableConv2d({ filters: 5, kernelSize: 3, ...s }),
    settings: { padding: 'same', depthMultiplier: 2 },
    kernels: ['depthwise_kernel', 'pointwise_kernel'],
  },
  {
    name: 'conv2d transpose',
    inputShape: image,
    ringFed: (s) => rpgConv2dTranspose({ filters: 3, kernelSize: 3, ...s }),
    stock: (s) => tfl.layers.conv2dTranspose({ filters: 3, kernelSize: 3, ...s }),
    settings: { strides: 2, padding: 'same', activation: 'sigmoid' },
    kernels: ['kernel'],
  },
  {
    name: 'dense',
    inputShape: [7],
    ringFed: (s) => rpgDense({ units: 9, ...s }),
    stock: (s) => tfl.layers.dense({ units: 9, ...s }),
    settings: { activation: 'softmax', biasInitializer: 'ones' },
    kernels: ['kernel'],
  },
  {
    name: 'dense over a sequence',
    inputShape: [3, 7],
    ringFed: (s) => rpgDense({ units: 9, ...s }),
    stock: (s) => tfl.layers.dense({ units: 9, ...s }),
    settings: { activation: 'relu' },
    kernels: ['kernel'],
  },
  {
    name: 'embedding',
    inputShape: [5],
    ringFed: (s) => rpgEmbedding({ inputDim: 11, outputDim: 6, ...s }),
    stock: (s) => tfl.layers.embedding({ inputDim: 11, outputDim: 6, ...s }),
    settings: {},
    kernels: ['embeddings'],
  },
];

describe.each(cases)('$name', ({ name, inputShape, ringFed, stock, settings, kernels }) => {
  const build = (): { model: tfl.Sequential; ring: RpgRing } => {
    const ring = rpgRing({ ringSize: 20, seed: 'a', inputShape });
    return { model: tfl.sequential({ layers: [ring, ringFed({ ...settings, name: 'fed' })] }), ring };
  };
  const input = (): tf.Tensor =>
    name === 'embedding' ? tf.tensor2d([[0, 3, 10, 3, 7]]) : tf.randomNormal([2, ...inputShape], 0, 1, 'float32', 3);

  test('is the stock layer with the generated kernel', () => {
    const { model, ring } = build();
    const plain = tfl.sequential({ layers: [stock({ ...settings, inputShape })] });
    const [generated, fed] = [kernelsOf(ring), model.getLayer('fed')];
    expect([...generated.keys()]).toEqual(kernels.map((kernel) => `fed/${kernel}`));
    plain.layers[0]!.setWeights([...generated.values(), ...fed.getWeights()]);
    const x = input();
    expect(model.outputs[0]!.shape).toEqual(plain.outputs[0]!.shape);
    expect(read(model.predict(x))).toEqual(read(plain.predict(x)));
  });

  test('trains the ring once, and its own bias', () => {
    const { model, ring } = build();
    const names = model.trainableWeights.map((weight) => weight.originalName.split('/').slice(-2).join('/'));
    expect(names).toEqual([
      `${ring.name}/ring`,
      ...(('useBias' in settings && !settings.useBias) || name === 'embedding' ? [] : ['fed/bias']),
    ]);
    expect(model.countParams()).toBe(
      model.weights.reduce((sum, { shape }) => sum + tf.util.sizeFromShape(shape.map(Number)), 0),
    );
  });

  test('the gradient of the ring agrees with central differences', () => {
    const { model } = build();
    const x = input();
    const target = tf.randomNormal(
      model.outputs[0]!.shape.map((size) => size ?? x.shape[0]),
      0,
      1,
      'float32',
      5,
    );
    const variable = variableOf(model.trainableWeights[0]);
    const loss = (): tf.Scalar => tf.sum(tf.mul(target, model.apply(x) as tf.Tensor));
    const { grads } = tf.variableGrads(loss, [variable]);
    const gradient = read(grads[variable.name]!);
    const start = Float32Array.from(read(variable));
    const step = 0.003 * Math.hypot(...start);
    const at = (value: Float32Array): number => {
      const tensor = tf.tensor1d(value);
      variable.assign(tensor);
      return read(loss())[0]!;
    };
    const scale = Math.max(...gradient.map(Math.abs));
    const errors = gradient.map((g, i) => {
      const difference = (at(start.with(i, start[i]! + step)) - at(start.with(i, start[i]! - step))) / (2 * step);
      return Math.abs(g - difference) / scale;
    });
    errors.sort((a, b) => a - b);
    // kinks of relu may lie within a step of a few elements
    expect(errors[Math.floor(0.7 * errors.length)]).toBeLessThan(0.03);
  });

  test('survives toJSON and back with the same answers', async () => {
    const { model } = build();
    const x = input();
    const saved = await saveInMemory(model);
    const loaded = await tfl.loadLayersModel(tfIo(saved));
    expect(read(loaded.predict(x))).toEqual(read(model.predict(x)));
    const again = await tfl.loadLayersModel(tfIo(await saveInMemory(loaded)));
    expect(again.toJSON(undefined, false)).toEqual(loaded.toJSON(undefined, false));
  });
});
