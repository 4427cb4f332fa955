import '@tensorflow/tfjs';
import * as tf from '@tensorflow/tfjs-core';
import { type Slot, SlotCollector, type Weights } from 'rpg-core';
import { loadBackend } from 'tensorflow-runtime';
import { beforeAll, describe, expect, test } from 'vitest';
import { buildLayer, type BuiltLayer, setWeights, sizeOf } from '../../test/layer-weights.js';
import { expectClose, read } from '../../test/numbers.js';
import { backboneSizes } from './block-options.js';
import { type MsBlock, msBlock } from './ms-block.js';

beforeAll(async () => {
  await loadBackend({});
});

const build = (channels: readonly number[], weightNormFrom?: number): BuiltLayer<MsBlock> =>
  buildLayer((collector) => msBlock(collector, { name: 'b', channels, weightNormFrom }));
const random = (shape: [number, number, number, number], seed: number): tf.Tensor4D =>
  tf.randomNormal<tf.Rank.R4>(shape, 0, 1, 'float32', seed);

test.each([
  { size: 'tiny', kernels: 110_592, norms: 864, gains: 336 },
  { size: 'large', kernels: 8_701_952, norms: 10_880, gains: 3_360 },
] as const)('$size: $kernels weights of convolutions', ({ size, kernels, norms, gains }) => {
  const { channels } = backboneSizes[size];
  const declared = (weightNormFrom?: number): readonly Slot[] => {
    const collector = new SlotCollector();
    msBlock(collector, { name: 'b', channels, weightNormFrom });
    return collector.slots;
  };
  expect(sizeOf(declared(), 'backbone')).toBe(kernels);
  expect(sizeOf(declared(), 'norm')).toBe(norms);
  expect(sizeOf(declared(0.01), 'norm')).toBe(norms + gains);
});

/** Group norm by its definition. */
function normalized(x: tf.Tensor4D, numGroups: number, [gamma, beta]: readonly tf.Tensor[]): tf.Tensor4D {
  const [batch, height, width, channels] = x.shape;
  const groups = tf.reshape(x, [batch, height * width, numGroups, channels / numGroups]);
  const { mean, variance } = tf.moments(groups, [1, 3], true);
  const normal = tf.reshape(tf.div(tf.sub(groups, mean), tf.sqrt(tf.add(variance, 1e-5))), x.shape);
  return tf.add(tf.mul(normal, gamma!), beta!);
}

test('one scale: conv, norm, ReLU, conv, mask, injection, norm, addition, ReLU, norm; then ReLU, conv, norm', () => {
  const { layer, slots, context } = build([8]);
  const [x, injection] = [random([2, 3, 5, 8], 1), random([2, 3, 5, 8], 2)];
  const mask = tf.tensor4d([...Array<number>(8).fill(0), ...Array<number>(8).fill(2)], [2, 1, 1, 8]);
  const get = (name: string): tf.Tensor =>
    context.weights.get(slots.find((slot) => slot.name === `b/branch0/${name}`)!);
  const norm = (y: tf.Tensor4D, part: string, numGroups = 8): tf.Tensor4D =>
    normalized(y, numGroups, [get(`${part}/norm/gamma`), get(`${part}/norm/beta`)]);
  const conv = (y: tf.Tensor4D, part: string): tf.Tensor4D =>
    tf.conv2d(y, get(`${part}/kernel`) as tf.Tensor4D, 1, 'same');
  const change = tf.mul<tf.Tensor4D>(conv(tf.relu(norm(conv(x, 'conv1'), 'conv1')), 'conv2'), mask);
  const refined = norm(tf.relu(tf.add(norm(tf.add(change, injection), 'conv2'), x)), 'sum');
  const expected = norm(conv(tf.relu(refined), 'end'), 'end', 4);

  const [y] = layer.apply([x], { injection, masks: [mask] }, context);
  expectClose(read(y!), read(expected), 1e-4);
});

describe('two scales', () => {
  const maps = (): tf.Tensor4D[] => [random([1, 4, 4, 8], 1), random([1, 2, 2, 8], 2)];

  test('keep their shapes, and no tensor but the results', () => {
    const { layer, context } = build([8, 8]);
    const inputs = maps();
    const injection = random([1, 4, 4, 8], 3);
    const before = tf.memory().numTensors;
    const found = layer.apply(inputs, { injection, masks: [] }, context);
    expect(found.map(({ shape }) => shape)).toEqual(inputs.map(({ shape }) => shape));
    expect(tf.memory().numTensors).toBe(before + 2);
  });

  test('the injection goes into the first scale; the second receives it by the exchange alone', () => {
    const { layer, source, context } = build([8, 8]);
    const second = (seed: number): number[] =>
      read(layer.apply(maps(), { injection: random([1, 4, 4, 8], seed), masks: [] }, context)[1]!);
    expect(second(3)).not.toEqual(second(4));
    setWeights(source, 'b/fuse/0to1/conv1/norm/gamma', 0);
    expect(second(3)).toEqual(second(4));
  });

  test('a mask of zeros leaves out what the convolutions of its scale find', () => {
    const { layer, source, context } = build([8, 8]);
    const injection = random([1, 4, 4, 8], 3);
    const masks = [tf.zeros<tf.Rank.R4>([1, 1, 1, 8]), tf.ones<tf.Rank.R4>([1, 1, 1, 8])];
    const run = (): number[][] => layer.apply(maps(), { injection, masks }, context).map(read);
    const before = run();
    setWeights(source, 'b/branch0/conv1/kernel', 0.3);
    expect(run()).toEqual(before);
    setWeights(source, 'b/branch1/conv1/kernel', 0.3);
    expect(run()).not.toEqual(before);
  });
});

describe('weight norm', () => {
  test('is on the kernels of the residual blocks and of the ends, not of the exchange', () => {
    const { slots } = build([8, 8], 0.01);
    const gains = slots.filter(({ name }) => name.endsWith('/gain')).map(({ name, shape }) => [name, ...shape]);
    expect(gains).toEqual([
      ['b/branch0/conv1/gain', 40],
      ['b/branch0/conv2/gain', 8],
      ['b/branch1/conv1/gain', 40],
      ['b/branch1/conv2/gain', 8],
      ['b/branch0/end/gain', 8],
      ['b/branch1/end/gain', 8],
    ]);
  });

  test('the tensors of a block hold kernels as long as their gains, once for all applications', () => {
    const { layer, slots, source, context } = build([8], 0.01);
    setWeights(source, 'b/branch0/conv2/gain', [1, 2, 3, 4, 5, 6, 7, 8]);
    const tensors = layer.tensors(context.weights);
    const view = layer.weightsOf(tensors);
    const kernel = view.get(slots.find(({ name }) => name === 'b/branch0/conv2/kernel')!);
    expectClose(read(tf.sqrt(tf.sum(tf.square(kernel), [0, 1, 2]))), [1, 2, 3, 4, 5, 6, 7, 8]);
    expect(tensors).toHaveLength(slots.length - 3); // the gains are in the kernels
  });

  test('without it, the tensors of a block are the weights as they are', () => {
    const { layer, slots, context } = build([8]);
    expect(layer.tensors(context.weights)).toEqual(slots.map((slot) => context.weights.get(slot)));
  });
});

test('a view of a block’s tensors knows nothing else', () => {
  const { layer, context } = build([8]);
  const other = build([8, 8]).slots.at(-1)!;
  const view: Weights = layer.weightsOf(layer.tensors(context.weights));
  expect(() => view.get(other)).toThrow(
    new RangeError("Slot 'b/branch1/end/norm/beta' is not among those of this block."),
  );
  expect(() => view.statistic(other)).toThrow(
    new RangeError("Slot 'b/branch1/end/norm/beta' holds no statistics: the block has none."),
  );
  const before = tf.memory().numTensors;
  view.dispose();
  expect(tf.memory().numTensors).toBe(before);
});
