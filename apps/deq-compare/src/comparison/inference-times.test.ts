import '@tensorflow/tfjs';
import * as tf from '@tensorflow/tfjs-core';
import { createRng, createWeightSource } from 'rpg-core';
import { loadBackend } from 'tensorflow-runtime';
import { beforeAll, expect, test } from 'vitest';
import { smallBackbone, smallMdeq, steadySource } from '../../test/small-networks.js';
import { mdeq } from '../model/mdeq.js';
import { repeatedBlock } from '../model/repeated-block.js';
import { weightSourceConfig } from '../model/weights.js';
import { broyden } from '../solvers/broyden.js';
import { inferenceTimes, type TimedNetwork } from './inference-times.js';

beforeAll(async () => {
  await loadBackend({});
});

function networks(): TimedNetwork[] {
  const limits = { maxSteps: 2, tolerance: 1e-6 };
  const solved = mdeq({
    ...smallMdeq,
    equilibrium: { ...smallMdeq.equilibrium, forward: { solver: broyden(), limits } },
  });
  const repeated = repeatedBlock({ ...smallBackbone, numBlocks: 2 });
  const ring = weightSourceConfig(repeated.slots, { weights: 'ring' });
  return [
    { name: 'mdeq', model: solved, weights: steadySource(solved.slots).generate() },
    { name: 'rpg', model: repeated, weights: createWeightSource(repeated.slots, ring, createRng(1)).generate() },
  ];
}

test('networks take turns; times are of one image, and searches tell their steps', () => {
  const lines: string[] = [];
  const timed = networks();
  const before = tf.memory().numTensors;
  const times = inferenceTimes(timed, {
    batchSizes: [1, 3],
    numRounds: 2,
    imageShape: [4, 4, 3],
    onTurn: (line) => lines.push(line),
  });
  expect(tf.memory().numTensors).toBe(before);
  expect(times.map(({ name, batchSize, numSteps }) => [name, batchSize, numSteps])).toEqual([
    ['mdeq', 1, 2],
    ['rpg', 1, undefined],
    ['mdeq', 3, 2],
    ['rpg', 3, undefined],
  ]);
  for (const { perImage } of times) {
    expect(perImage.min).toBeGreaterThan(0);
    expect(perImage.min).toBeLessThanOrEqual(perImage.median);
    expect(perImage.median).toBeLessThanOrEqual(perImage.max);
  }
  const round = lines.slice(0, 6).map((line) => line.replace(/ \d+ ms/, ''));
  expect(round).toEqual([
    'warm-up: mdeq',
    'warm-up: rpg',
    'step 1: rpg',
    'step 1: mdeq',
    'step 2: mdeq',
    'step 2: rpg',
  ]);
});

test('takes the images it is given', () => {
  const seen: number[] = [];
  const imagesOf = (batchSize: number): tf.Tensor4D => {
    seen.push(batchSize);
    return tf.ones([batchSize, 4, 4, 3]);
  };
  inferenceTimes(networks(), { batchSizes: [2], numRounds: 1, warmUpRounds: 0, imageShape: [4, 4, 3], imagesOf });
  expect(seen).toEqual([2]);
});

test.each([[[]], [[0]], [[1.5]]])('batch sizes %j are refused', (batchSizes) => {
  expect(() => inferenceTimes([], { batchSizes, numRounds: 1, imageShape: [4, 4, 3] })).toThrow(
    new RangeError(`batchSizes is [${batchSizes.join(', ')}], expected one or more positive integers.`),
  );
});
