import '@tensorflow/tfjs';
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, expect, test } from 'vitest';
import { buildLayer, setWeights, sizeOf } from '../../test/layer-weights.js';
import { expectClose, read } from '../../test/numbers.js';
import { fuse } from './fuse.js';

beforeAll(async () => {
  await tf.setBackend('cpu');
});

test('finer scales come by a strided convolution a halving, coarser ones by a 1×1 convolution', () => {
  const { slots } = buildLayer((collector) => fuse(collector, { name: 'f', channels: [8, 16, 24], numGroups: 8 }));
  const kernels = slots.filter(({ role }) => role === 'backbone').map(({ name, shape }) => [name, shape]);
  expect(kernels).toEqual([
    ['f/1to0/kernel', [1, 1, 16, 8]],
    ['f/2to0/kernel', [1, 1, 24, 8]],
    ['f/0to1/conv1/kernel', [3, 3, 8, 16]],
    ['f/2to1/kernel', [1, 1, 24, 16]],
    ['f/0to2/conv1/kernel', [3, 3, 8, 8]],
    ['f/0to2/conv2/kernel', [3, 3, 8, 24]],
    ['f/1to2/conv1/kernel', [3, 3, 16, 24]],
  ]);
  // a gain and an offset for each convolution's channels
  expect(sizeOf(slots, 'norm')).toBe(2 * (8 + 8 + 16 + 16 + 8 + 24 + 24));
});

test('each scale adds what it receives, by hand', () => {
  const { layer, source, context } = buildLayer((collector) =>
    fuse(collector, { name: 'f', channels: [2, 2], numGroups: 1 }),
  );
  const identity = [1, 0, 0, 1];
  setWeights(source, 'f/1to0/kernel', identity);
  // of the nine taps the middle one alone: pixel (0, 0) of 2×2
  setWeights(source, 'f/0to1/conv1/kernel', [...Array<number>(16).fill(0), ...identity, ...Array<number>(16).fill(0)]);
  setWeights(source, 'f/1to0/norm/gamma', [10, 20]);
  setWeights(source, 'f/0to1/conv1/norm/beta', [0, 5]);
  const fine = tf.tensor4d([7, 3, 0, 0, 0, 0, 0, 0], [1, 2, 2, 2]);
  const coarse = tf.tensor4d([100, 200], [1, 1, 1, 2]);
  const [toFine, toCoarse] = layer([fine, coarse], context);
  // 100 and 200 are normalised to −1 and 1, 7 and 3 to 1 and −1
  expectClose(read(toFine!), [7 - 10, 3 + 20, -10, 20, -10, 20, -10, 20]);
  expectClose(read(toCoarse!), [100 + 1, 200 - 1 + 5]);
});

test('between two halvings there is a ReLU, behind the last there is none', () => {
  const { layer, source, context } = buildLayer((collector) =>
    fuse(collector, { name: 'f', channels: [2, 2, 2], numGroups: 1 }),
  );
  // The first norm gives −1 and −2 everywhere: the ReLU leaves nothing, so the second norm gives its offset.
  setWeights(source, 'f/0to2/conv1/norm/gamma', 0);
  setWeights(source, 'f/0to2/conv1/norm/beta', [-1, -2]);
  setWeights(source, 'f/0to2/conv2/norm/beta', [-3, 4]);
  setWeights(source, 'f/1to2/conv1/norm/gamma', 0);
  const maps = [4, 2, 1].map((side, i) => tf.randomNormal<tf.Rank.R4>([1, side, side, 2], 0, 1, 'float32', i));
  const own = read(maps[2]!);
  expectClose(read(layer(maps, context)[2]!), [own[0]! - 3, own[1]! + 4]);
});
