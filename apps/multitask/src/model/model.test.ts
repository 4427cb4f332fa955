import '@tensorflow/tfjs';
import * as tf from '@tensorflow/tfjs-core';
import { createRng, createWeightSource, type Slot } from 'rpg-core';
import { loadBackend } from 'tensorflow-runtime';
import { beforeAll, describe, expect, test } from 'vitest';
import { stackedSharpNet, type StackedSharpNetOptions } from './model.js';

beforeAll(async () => {
  await loadBackend({});
});

const sizeOf = (slots: readonly Slot[]): number => slots.reduce((sum, slot) => sum + slot.size, 0);
const parametersOf = (slots: readonly Slot[], start = ''): number =>
  sizeOf(slots.filter(({ name, role }) => name.startsWith(start) && role !== 'statistics'));

describe('parameters at full width', () => {
  // Arithmetic from the published layers: ResNet-50 without its classifier, and decoders with biases.
  test('of one SharpNet and its parts', () => {
    const { slots } = stackedSharpNet({ numStacks: 1, inputSize: 256 });
    expect(parametersOf(slots, 'stack1/encoder/')).toBe(23_508_032);
    expect(parametersOf(slots, 'stack1/depth/')).toBe(90_625_395);
    expect(parametersOf(slots, 'stack1/normals/')).toBe(67_023_513);
    expect(parametersOf(slots)).toBe(181_156_940);
    expect(sizeOf(slots.filter(({ role }) => role === 'backbone'))).toBe(181_053_696);
  });

  test.each([
    { norms: 'own', total: 2 * 181_156_940 + 8_576 },
    { norms: 'shared', total: 181_156_940 + 8_576 },
  ] as const)('of two with $norms norms: $total', ({ norms, total }) => {
    const { slots } = stackedSharpNet({ numStacks: 2, inputSize: 256, norms });
    expect(parametersOf(slots)).toBe(total);
    expect(sizeOf(slots.filter(({ role }) => role === 'head'))).toBe(8_576); // (128 + 1 + 4 + 1) · 64
  });
});

test('biases and merges start at 0, kernels with fan-out, the depth at 3 m', () => {
  const { slots } = stackedSharpNet({ numStacks: 2, inputSize: 64 });
  const initializerOf = (name: string) => slots.find((slot) => slot.name === name)!.initializer;
  for (const name of ['stack1/depth/up4/conv1/bias', 'stack1/merge/features/bias', 'stack1/merge/features/kernel']) {
    expect(initializerOf(name)).toEqual({ kind: 'constant', value: 0 });
  }
  expect(initializerOf('stack2/depth/up0/out/norm/beta')).toEqual({ kind: 'constant', value: 3 });
  expect(initializerOf('stack2/normals/up0/out/norm/beta')).toEqual({ kind: 'constant', value: 0 });
  expect(initializerOf('stack2/normals/up0/out/kernel')).toEqual({
    kind: 'normal',
    standardDeviation: Math.sqrt(2 / 27),
  });
});

const tiny = { numStacks: 2, inputSize: 32, widthMultiplier: 1 / 16 } satisfies StackedSharpNetOptions;

test('every sub-network predicts depths of 0 or more and unit normals at the size of the image', () => {
  const model = stackedSharpNet({ ...tiny, numStacks: 3 });
  expect(model.width).toBe(4);
  const source = createWeightSource(model.slots, { kind: 'independent' }, createRng(1));
  const weights = source.generate();
  const images = tf.randomUniform<tf.Rank.R4>([2, 32, 32, 3], 0, 1, 'float32', 1);
  for (const isTraining of [true, false]) {
    const before = tf.memory().numTensors;
    const predictions = model.apply(weights, images, { isTraining });
    expect(tf.memory().numTensors).toBe(before + 6);
    expect(predictions).toHaveLength(3);
    for (const { depths, normals } of predictions) {
      expect([depths.shape, normals.shape]).toEqual([
        [2, 32, 32],
        [2, 32, 32, 3],
      ]);
      expect(Math.min(...depths.dataSync())).toBeGreaterThanOrEqual(0);
      for (const length of tf.norm(normals, 2, 3).dataSync()) expect(length).toBeCloseTo(1, 5);
    }
    for (const { depths, normals } of predictions) tf.dispose([depths, normals]);
  }
  expect(() => model.apply(weights, tf.zeros([2, 64, 64, 3]), { isTraining: false })).toThrow(
    'Images are [2, 64, 64, 3], expected [batch, 32, 32, 3] as the model was built.',
  );
  weights.dispose();
  source.dispose();
});

test('the second sub-network hears of the first by the merge alone', () => {
  const model = stackedSharpNet(tiny);
  const source = createWeightSource(model.slots, { kind: 'independent' }, createRng(1));
  const images = tf.randomUniform<tf.Rank.R4>([2, 32, 32, 3], 0, 1, 'float32', 1);
  const lastDepths = (): number[] => {
    const predictions = model.apply(source.generate(), images, { isTraining: true });
    return [...predictions[1]!.depths.dataSync()];
  };
  const alone = lastDepths();
  const first = source.trainables.get('stack1/depth/up0/out/norm/beta')!;
  first.assign(tf.add(first, 1));
  expect(lastDepths()).toEqual(alone); // the merge starts at 0
  for (const [name, variable] of source.trainables) {
    if (name.includes('/merge/')) variable.assign(tf.fill(variable.shape, 0.1));
  }
  const informed = lastDepths();
  first.assign(tf.add(first, 1));
  expect(lastDepths()).not.toEqual(informed);
  source.dispose();
});

test('shared norms: one sub-network, run twice; each run moves its averages', () => {
  const model = stackedSharpNet({ ...tiny, norms: 'shared' });
  expect(model.slots.every(({ name }) => name.startsWith('stack1/'))).toBe(true);
  const source = createWeightSource(model.slots, { kind: 'independent' }, createRng(1));
  const images = tf.randomUniform<tf.Rank.R4>([2, 32, 32, 3], 0, 1, 'float32', 1);
  const predictions = model.apply(source.generate(), images, { isTraining: true });
  // The merge starts at 0, so both runs see the same: equal outputs, and averages moved twice towards the same mean.
  expect(predictions[1]!.depths.dataSync()).toEqual(predictions[0]!.depths.dataSync());
  const twice = source.statistics.get('stack1/encoder/stem/conv/norm/moving-mean')!.dataSync();
  const once = createWeightSource(model.slots, { kind: 'independent' }, createRng(1));
  stackedSharpNet({ ...tiny, numStacks: 1 }).apply(once.generate(), images, { isTraining: true });
  const single = once.statistics.get('stack1/encoder/stem/conv/norm/moving-mean')!.dataSync();
  single.forEach((value, i) => {
    expect(twice[i]).toBeCloseTo(value * 1.9, 5); // 0.1 · m, then 0.9 · 0.1 · m + 0.1 · m
  });
  source.dispose();
  once.dispose();
});

test.each<{ options: Partial<StackedSharpNetOptions>; message: string }>([
  { options: { numStacks: 0 }, message: 'numStacks is 0, expected an integer of 1 or more.' },
  {
    options: { widthMultiplier: 0.1 },
    message:
      'widthMultiplier is 0.1, which makes 6.4 channels of 64; expected a positive multiple of 4 channels, as with 1, ' +
      '0.5, 0.25, 0.125 or 0.0625.',
  },
  {
    options: { inputSize: 100 },
    message: 'inputSize is 100, expected a multiple of 16: the encoder divides it by 16.',
  },
])('$options is refused', ({ options, message }) => {
  expect(() => stackedSharpNet({ ...tiny, ...options })).toThrow(new RangeError(message));
});
