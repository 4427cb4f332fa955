import '@tensorflow/tfjs';
import * as tf from '@tensorflow/tfjs-core';
import { createRng, createWeightSource, SlotCollector } from 'rpg-core';
import { loadBackend } from 'tensorflow-runtime';
import { beforeAll, expect, test } from 'vitest';
import { encoder } from './encoder.js';

beforeAll(async () => {
  await loadBackend({});
});

const slots = new SlotCollector();
const encode = encoder(slots, { name: 'encoder', width: 4 });
const images = (): tf.Tensor4D => tf.randomUniform([2, 48, 64, 3], 0, 1, 'float32', 1);

test('maps at a quarter, an eighth and a sixteenth of the size; a hint is added to the first', () => {
  const source = createWeightSource(slots.slots, { kind: 'independent' }, createRng(1));
  const context = { weights: source.generate(), isTraining: true };
  const encoded = encode(images(), undefined, context);
  expect(Object.entries(encoded).map(([name, map]) => [name, (map as tf.Tensor).shape])).toEqual([
    ['stem', [2, 12, 16, 4]],
    ['layer1', [2, 12, 16, 16]],
    ['layer2', [2, 6, 8, 32]],
    ['layer3', [2, 3, 4, 64]],
    ['layer4', [2, 3, 4, 128]],
  ]);
  const hinted = encode(images(), tf.fill([2, 12, 16, 4], 0.5), context);
  expect(tf.max(tf.abs(tf.sub(tf.sub(hinted.stem, encoded.stem), 0.5))).dataSync()[0]).toBeLessThan(1e-6);
  source.dispose();
});

test('one convolution is dilated', async () => {
  const source = createWeightSource(slots.slots, { kind: 'independent' }, createRng(1));
  const context = { weights: source.generate(), isTraining: false };
  const { kernelNames } = await tf.profile(() => encode(images(), undefined, context).layer4);
  expect(kernelNames.filter((name) => name.startsWith('DilatedConv2d'))).toEqual(['DilatedConv2d']);
  source.dispose();
});

test('gradients with the backend’s dilated convolution are those with the composed one', () => {
  const source = createWeightSource(slots.slots, { kind: 'independent' }, createRng(1));
  const kernel = source.trainables.get('encoder/layer4/block1/conv2/kernel')!;
  const first = source.trainables.get('encoder/layer1/block1/conv1/kernel')!;
  const gradients = (): number[] => {
    const context = { weights: source.generate(), isTraining: true };
    const loss = (): tf.Scalar => tf.sum(encode(images(), undefined, context).layer4);
    const { grads } = tf.variableGrads(loss, [kernel, first]);
    return [kernel, first].flatMap(({ name }) => [...grads[name]!.dataSync()]);
  };
  const fast = gradients();
  for (const name of ['DilatedConv2d', 'DilatedConv2dInputGrad', 'DilatedConv2dFilterGrad']) {
    tf.unregisterKernel(name, tf.getBackend());
  }
  const composed = gradients(); // registers rpg-core's own
  const size = Math.max(...composed.map(Math.abs));
  fast.forEach((value, i) => {
    expect(Math.abs(value - composed[i]!) / size).toBeLessThan(1e-3);
  });
  source.dispose();
});
