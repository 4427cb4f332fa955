// Slots and shapes of a decoder of width 4, and which of its outputs sees which map.
import '@tensorflow/tfjs';
import * as tf from '@tensorflow/tfjs-core';
import { createRng, createWeightSource, SlotCollector } from 'rpg-core';
import { loadBackend } from 'tensorflow-runtime';
import { beforeAll, expect, test } from 'vitest';
import { decoder } from './decoder.js';
import type { EncodedImage } from './encoder.js';

beforeAll(async () => {
  await loadBackend({});
});

const slots = new SlotCollector();
const decode = decoder(slots, { name: 'depth', width: 4, groupSizes: [2, 1, 1, 1, 1], numOutputs: 3 });

/** Maps as the encoder makes them of two images of 32 pixels. */
function encoded(): EncodedImage {
  const map = (size: number, channels: number, seed: number): tf.Tensor4D =>
    tf.randomUniform([2, size, size, channels], -1, 1, 'float32', seed);
  return {
    stem: map(8, 4, 1),
    layer1: map(8, 16, 2),
    layer2: map(4, 32, 3),
    layer3: map(2, 64, 4),
    layer4: map(2, 128, 5),
  };
}

test('kernels take the map before and the skip together; the finest group has 8 channels at least', () => {
  const kernels = slots.slots.filter(({ name }) => name.endsWith('/kernel'));
  expect(kernels.map(({ name, shape }) => [name, shape])).toEqual([
    ['depth/up4/conv1/kernel', [3, 3, 128, 64]],
    ['depth/up4/conv2/kernel', [3, 3, 64, 64]],
    ['depth/up3/conv1/kernel', [3, 3, 64 + 64, 32]],
    ['depth/up2/conv1/kernel', [3, 3, 32 + 32, 16]],
    ['depth/up1/conv1/kernel', [3, 3, 16 + 16, 4]],
    ['depth/up0/conv1/kernel', [3, 3, 4 + 4, 8]],
    ['depth/up0/out/kernel', [3, 3, 8, 3]],
  ]);
  const biases = slots.slots.filter(({ name }) => name.endsWith('/bias'));
  expect(biases.map(({ name }) => name)).toEqual(kernels.map(({ name }) => name.replace('/kernel', '/bias')));
});

test('a prediction at the image’s size, features at a quarter of it; all else made is freed by a tidy', () => {
  const source = createWeightSource(slots.slots, { kind: 'independent' }, createRng(1));
  const context = { weights: source.generate(), isTraining: false };
  const before = tf.memory().numTensors;
  const { prediction, features } = tf.tidy(() => ({ ...decode(encoded(), 32, context) }));
  expect(tf.memory().numTensors).toBe(before + 2);
  expect(prediction.shape).toEqual([2, 32, 32, 3]);
  expect(features.shape).toEqual([2, 8, 8, 4]);
  tf.dispose([prediction, features]);
  source.dispose();
});

test('every map tells in the prediction; the stem alone is joined after the features', () => {
  const source = createWeightSource(slots.slots, { kind: 'independent' }, createRng(1));
  const context = { weights: source.generate(), isTraining: false };
  const maps = encoded();
  const usual = decode(maps, 32, context);
  const differs = (a: tf.Tensor, b: tf.Tensor) => tf.max(tf.abs(tf.sub(a, b))).dataSync()[0]! > 0;
  for (const name of ['stem', 'layer1', 'layer2', 'layer3', 'layer4'] as const) {
    const changed = decode({ ...maps, [name]: tf.add(maps[name], 1) }, 32, context);
    expect([name, differs(changed.prediction, usual.prediction)]).toEqual([name, true]);
    expect([name, differs(changed.features, usual.features)]).toEqual([name, name !== 'stem']);
  }
  source.dispose();
});
