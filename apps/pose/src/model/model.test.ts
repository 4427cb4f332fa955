import '@tensorflow/tfjs';
import * as tf from '@tensorflow/tfjs-core';
import { countParameters, createRng, createWeightSource, type Slot } from 'rpg-core';
import { loadBackend } from 'tensorflow-runtime';
import { rmsprop, trainStep } from 'training-kit';
import { beforeAll, describe, expect, test } from 'vitest';
import { poseLoss } from '../loss.js';
import { stackedHourglass, type StackedHourglassOptions, usualDepth } from './model.js';
import { subNetworkSize, weightModes, weightSourceConfig } from './weights.js';

beforeAll(async () => {
  await loadBackend({});
});

const sizeOf = (slots: readonly Slot[]): number => slots.reduce((sum, slot) => sum + slot.size, 0);
const kernels = (slots: readonly Slot[], start: string): readonly Slot[] =>
  slots.filter(({ name }) => name.startsWith(start) && name.endsWith('/kernel'));

// Arithmetic from the layers of Newell et al. 2016, as in the published code without its unused shortcuts.
test.each([
  { numStacks: 1, total: 3_426_448 },
  { numStacks: 2, total: 6_570_400 },
  { numStacks: 4, total: 12_858_304 },
  { numStacks: 8, total: 25_434_112 },
])('$numStacks unshared sub-networks have $total parameters', ({ numStacks, total }) => {
  const { slots } = stackedHourglass({ numStacks, inputSize: 256 });
  expect(sizeOf(slots.filter(({ role }) => role !== 'statistics'))).toBe(total);
});

test('convolution weights of the parts at full size, and what of them is generated', () => {
  const { slots } = stackedHourglass({ numStacks: 2, inputSize: 256 });
  expect(sizeOf(kernels(slots, 'stem/'))).toBe(349_376);
  expect(sizeOf(kernels(slots, 'stack1/hourglass/'))).toBe(2_768_896);
  expect(sizeOf(kernels(slots, 'stack1/residual/')) + sizeOf(kernels(slots, 'stack1/linear/'))).toBe(278_528);
  expect(sizeOf(kernels(slots, 'stack1/heat-maps/'))).toBe(4_096);
  expect(sizeOf(kernels(slots, 'stack1/merge'))).toBe(69_632);
  expect(sizeOf(kernels(slots, 'stack2/'))).toBe(3_051_520);
  const generated = slots.filter(({ role }) => role === 'backbone');
  expect(generated).toEqual(kernels(slots, 'stack'));
  expect(sizeOf(generated)).toBe(2 * 3_051_520 + 69_632);
});

test('one residual module at each part of a level, three a level and one more at the bottom', () => {
  const { slots } = stackedHourglass({ numStacks: 1, inputSize: 256 });
  const modules = kernels(slots, 'stack1/hourglass/').filter(({ name }) => name.endsWith('conv2/kernel'));
  expect(modules).toHaveLength(13);
});

test('kernels start with the deviation 1/√(3·fanIn), those of the stem uniformly', () => {
  const { slots } = stackedHourglass({ numStacks: 1, inputSize: 256 });
  const initializerOf = (name: string) => slots.find((slot) => slot.name === name)!.initializer;
  expect(initializerOf('stack1/heat-maps/kernel')).toEqual({
    kind: 'normal',
    standardDeviation: 1 / Math.sqrt(3 * 256),
  });
  expect(initializerOf('stem/conv/kernel')).toEqual({ kind: 'uniform', limit: 1 / Math.sqrt(147) });
});

test.each([
  [256, 4],
  [384, 4],
  [192, 3],
  [128, 3],
  [96, 2],
  [64, 2],
  [16, 1],
  [8, 1],
])('images of %i px are halved %i times by an hourglass', (inputSize, depth) => {
  expect(usualDepth(inputSize)).toBe(depth);
});

const tiny = { numStacks: 2, inputSize: 32, widthMultiplier: 1 / 32, depth: 2 } satisfies StackedHourglassOptions;

test('every sub-network gives heat maps of a quarter of the size', () => {
  const model = stackedHourglass({ ...tiny, numStacks: 3 });
  expect([model.mapSize, model.numFeatures]).toEqual([8, 8]);
  const source = createWeightSource(model.slots, { kind: 'independent' }, createRng(1));
  const weights = source.generate();
  const images = tf.zeros<tf.Rank.R4>([2, 32, 32, 3]);
  const before = tf.memory().numTensors;
  const maps = model.apply(weights, images, { isTraining: false });
  expect(maps.map(({ shape }) => shape)).toEqual([0, 1, 2].map(() => [2, 8, 8, 16]));
  expect(tf.memory().numTensors).toBe(before + 3);
  expect(() => model.apply(weights, tf.zeros([2, 64, 64, 3]), { isTraining: false })).toThrow(
    'Images are [2, 64, 64, 3], expected [batch, 32, 32, 3] as the model was built.',
  );
  source.dispose();
});

test.each<{ options: Partial<StackedHourglassOptions>; message: string }>([
  { options: { numStacks: 0 }, message: 'numStacks is 0, expected an integer of 1 or more.' },
  {
    options: { widthMultiplier: 0.01 },
    message:
      'widthMultiplier is 0.01, which makes 2.56 features of 256; expected a positive multiple of 4 features, as with ' +
      '1, 0.5, 0.25 or 0.125.',
  },
  { options: { depth: 0 }, message: 'depth is 0, expected an integer of 1 or more.' },
  {
    options: { inputSize: 100, depth: 4 },
    message:
      'inputSize is 100, expected a multiple of 64: the stem divides it by 4, and an hourglass of depth 4 halves the map ' +
      '4 times. Take another size or a smaller depth.',
  },
])('$options is refused', ({ options, message }) => {
  expect(() => stackedHourglass({ ...tiny, ...options })).toThrow(new RangeError(message));
});

test('an image that cannot be halved at all is refused', () => {
  expect(() => stackedHourglass({ numStacks: 1, inputSize: 100 })).toThrow(
    'inputSize is 100, expected a multiple of 8: the stem divides it by 4 and an hourglass halves the map at least once.',
  );
});

/** Each joint somewhere: one pixel of 1 in maps of 0, [numImages, size, size, 16]. */
function onePixelTargets(numImages: number, size: number): tf.Tensor4D {
  const values = new Float32Array(numImages * size * size * 16);
  const rng = createRng(2);
  for (let image = 0; image < numImages; image++) {
    for (let joint = 0; joint < 16; joint++) {
      const pixel = Math.floor(rng.uniform() * size * size);
      values[(image * size * size + pixel) * 16 + joint] = 1;
    }
  }
  return tf.tensor4d(values, [numImages, size, size, 16]);
}

describe.each(weightModes)('%s weights', (mode) => {
  const build = () => {
    const model = stackedHourglass({ numStacks: 2, inputSize: 16, widthMultiplier: 1 / 16, depth: 1 });
    const source = createWeightSource(model.slots, weightSourceConfig(model.slots, { weights: mode }), createRng(3));
    return { model, source };
  };

  test('learns three images by heart, and keeps the number of tensors level', () => {
    const { model, source } = build();
    const images = tf.randomUniform<tf.Rank.R4>([3, 16, 16, 3], 0, 1, 'float32', 1);
    const targets = onePixelTargets(3, 4);
    const jointWeights = tf.ones<tf.Rank.R2>([3, 16]);
    const { trainables } = source;
    const optimizer = rmsprop(trainables);
    const step = () =>
      trainStep({
        trainables,
        optimizer,
        learningRate: 0.005,
        loss: () => poseLoss(model, source.generate(), { images, targets, jointWeights }),
      });
    step();
    step();
    const numTensors = tf.memory().numTensors;
    let last = step();
    for (let i = 0; i < 50; i++) last = step();
    expect(tf.memory().numTensors).toBe(numTensors);
    // Maps of zeros, the trap of this loss, have 1/16: one pixel of 16.
    expect(last.lastStackLoss).toBeLessThan(0.5 / 16);
    expect(last.loss).toBeGreaterThan(last.lastStackLoss!);
    source.dispose();
    optimizer.dispose();
  });

  test('has the parameters it should', () => {
    const { model, source } = build();
    const counts = countParameters(source);
    expect(counts.generated).toBe(sizeOf(kernels(model.slots, 'stack')));
    expect(counts.ring).toBe(mode === 'independent' ? counts.generated : subNetworkSize(model.slots));
    expect([...source.trainables.values()].reduce((sum, variable) => sum + variable.size, 0)).toBe(counts.total);
    source.dispose();
  });
});
