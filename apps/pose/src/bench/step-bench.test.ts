import '@tensorflow/tfjs';
import * as tf from '@tensorflow/tfjs-core';
import { loadBackend } from 'tensorflow-runtime';
import { beforeAll, expect, test } from 'vitest';
import { bench, benchSchema, describeBench } from './step-bench.js';

beforeAll(async () => {
  await loadBackend({});
});

/** Four features, maps of 4 × 4. */
const tiny = benchSchema.parse({
  inputSize: 16,
  widthMultiplier: 1 / 64,
  batchSize: 2,
  numSteps: 2,
  warmUpSteps: 1,
});

test('the modes take turns, each is first once, and nothing stays in memory', () => {
  const before = tf.memory().numTensors;
  const lines: string[] = [];
  const { networks, peakTrainingGiB, peakGiB } = bench({ ...tiny, weights: 'all' }, (line) => lines.push(line));
  expect(tf.memory().numTensors).toBe(before);
  expect(lines.filter((line) => line.includes('training')).map((line) => line.replace(/ \d+ ms$/, ''))).toEqual([
    ...['warm-up: ring training', 'warm-up: shared training', 'warm-up: independent training'],
    ...['step 1: shared training', 'step 1: independent training', 'step 1: ring training'],
    ...['step 2: independent training', 'step 2: ring training', 'step 2: shared training'],
  ]);
  expect(lines).toHaveLength(3 * 3 * 3); // training, batches of 1, batches of 2
  expect(networks.map(({ weights }) => weights)).toEqual(['ring', 'shared', 'independent']);
  for (const { trainStep, inference } of networks) {
    expect(inference.map(({ batchSize }) => batchSize)).toEqual([1, 2]);
    for (const { min, median, max } of [trainStep, ...inference.map(({ perImage }) => perImage)]) {
      expect(min).toBeGreaterThan(0);
      expect([min, median, max]).toEqual([min, median, max].toSorted((a, b) => a - b));
    }
  }
  const [ring, shared, independent] = networks.map(({ numTrained }) => numTrained);
  expect(ring).toBe(shared);
  expect(ring).toBeLessThan(independent!);
  expect(peakTrainingGiB).toBeGreaterThan(0.01);
  expect(peakGiB).toBeGreaterThanOrEqual(peakTrainingGiB);
});

test('by default one network is in memory, the ring’s; a batch of 1 is predicted once', () => {
  const { networks } = bench({ ...tiny, batchSize: 1, numSteps: 1, warmUpSteps: 0 }, () => undefined);
  expect(networks.map(({ weights }) => weights)).toEqual(['ring']);
  expect(networks[0]!.inference.map(({ batchSize }) => batchSize)).toEqual([1]);
});

test('what is printed', () => {
  const times = { median: 1200, min: 1100, max: 1500 };
  const perImage = { median: 40, min: 38.6, max: 41 };
  const network = { weights: 'ring', numTrained: 3_518_880, trainStep: times } as const;
  expect(
    describeBench({
      networks: [{ ...network, inference: [{ batchSize: 6, perImage }] }],
      peakTrainingGiB: 4.5,
      peakGiB: 4.525,
    }),
  ).toBe(
    [
      'ring, 3 518 880 trained: a step        median   1200 ms   min   1100 ms   max   1500 ms',
      'ring, predicting an image, 6 at once   median     40 ms   min     39 ms   max     41 ms',
      'peak resident memory: 4.50 GiB in training, 4.53 GiB in all',
    ].join('\n'),
  );
  const both = {
    networks: [network, network].map((one) => ({ ...one, inference: [] })),
    peakTrainingGiB: 1,
    peakGiB: 1,
  };
  expect(describeBench(both)).toMatch(/GiB in all, 2 networks in memory$/);
});
