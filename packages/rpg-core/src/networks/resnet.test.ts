import '@tensorflow/tfjs';
import * as tf from '@tensorflow/tfjs-core';
import { expect, test } from 'vitest';
import { globalAveragePool } from '../layers/pooling.js';
import { createRng } from '../ring/rng.js';
import { createWeightSource } from '../weights/weight-source.js';
import { resnet, type Stage } from './resnet.js';

// Arithmetic from He et al. 2016 with the stems of each data set.
test.each([
  { depth: 18, stem: 'imagenet', numClasses: 1000, generated: 11_157_504, rest: [9408, 9600, 513_000] },
  { depth: 34, stem: 'imagenet', numClasses: 1000, generated: 21_258_240, rest: [9408, 17_024, 513_000] },
  { depth: 18, stem: 'cifar', numClasses: 100, generated: 11_157_504, rest: [1728, 9600, 51_300] },
  { depth: 34, stem: 'cifar', numClasses: 100, generated: 21_258_240, rest: [1728, 17_024, 51_300] },
] as const)('ResNet$depth, $stem stem: parameters', ({ depth, stem, numClasses, generated, rest }) => {
  const { slots } = resnet({ depth, stem, numClasses, width: 64 });
  const sum = (role: string): number =>
    slots.filter((slot) => slot.role === role).reduce((total, slot) => total + slot.size, 0);
  expect(sum('backbone')).toBe(generated);
  expect([sum('stem'), sum('norm'), sum('head')]).toEqual(rest);
});

test('stages of the full ResNet18 feed local rings of the sizes of figure 3', () => {
  const { slots } = resnet({ depth: 18, stem: 'cifar', numClasses: 10, width: 64 });
  const sizes = new Map<string, number>();
  for (const slot of slots.filter(({ role }) => role === 'backbone')) {
    const stage = slot.name.split('/')[0]!;
    sizes.set(stage, (sizes.get(stage) ?? 0) + slot.size);
  }
  expect([...sizes.values()]).toEqual([147_456, 524_288, 2_097_152, 8_388_608]);
});

test('feature maps are what each stage hands on; the head makes the logits of the last ones', async () => {
  await tf.setBackend('cpu');
  const model = resnet({ depth: 18, stem: 'cifar', numClasses: 5, width: 2 });
  const source = createWeightSource(model.slots, { kind: 'ring', ringSize: 0.5 }, createRng(1));
  const weights = source.generate();
  const images = tf.randomNormal<tf.Rank.R4>([3, 16, 16, 3], 0, 1, 'float32', 7);
  const { numTensors } = tf.memory();
  const maps = ([1, 2, 3, 4] as const satisfies Stage[]).map((stage) => model.featureMaps(weights, images, { stage }));
  expect(maps.map(({ shape }) => shape)).toEqual([
    [3, 16, 16, 2],
    [3, 8, 8, 4],
    [3, 4, 4, 8],
    [3, 2, 2, 16],
  ]);
  expect(tf.memory().numTensors).toBe(numTensors + 4);
  const [kernel, bias] = ['head/kernel', 'head/bias'].map((name) => source.trainables.get(name)!);
  const byHand = tf.tidy(() =>
    tf.add(tf.matMul(globalAveragePool(maps[3]!), kernel as tf.Tensor as tf.Tensor2D), bias!),
  );
  const logits = model.apply(weights, images, { isTraining: false });
  expect([...logits.dataSync()]).toEqual([...byHand.dataSync()]);
  expect(maps.every((map) => map.dataSync().every((value) => value >= 0))).toBe(true); // behind a ReLU
  tf.dispose([images, maps, byHand, logits]);
  weights.dispose();
  source.dispose();
});
