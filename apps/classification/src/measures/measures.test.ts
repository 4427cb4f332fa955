// What experiments measure, of a checkpoint as a training leaves it.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as tf from '@tensorflow/tfjs-core';
import { loadBackend } from 'tensorflow-runtime';
import { openRun } from 'training-kit';
import type { TrainedRun } from 'training-kit/commands';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { configSchema } from '../config.js';
import { train } from '../train.js';
import { measureFeatureSimilarity } from './feature-similarity.js';
import { measureFilterAngles } from './filter-angles.js';
import { measurePruning } from './pruning.js';
import { measureSecurity } from './security.js';

let parent: string;
const runs = new Map<string, { trained: TrainedRun; testTop1: number }>();
beforeAll(async () => {
  await loadBackend({});
  parent = await mkdtemp(join(tmpdir(), 'measures-'));
  for (const weights of ['ring', 'independent']) {
    const folder = join(parent, weights);
    const sizes = { width: 4, renderedTrain: 50, renderedTest: 20, valExamples: 10, numEpochs: 2, batchSize: 8 };
    const config = configSchema.parse({ weights, ...sizes });
    const run = await openRun({ folder, config, seed: 1, backend: {}, resume: false, print: () => undefined });
    const interrupt = { isRequested: () => false };
    const { step, testTop1 } = await train(config, { run, preset: 'test', facts: {}, interrupt });
    const checkpoint = join(folder, 'checkpoints', `step-${String(step).padStart(8, '0')}.safetensors`);
    runs.set(weights, {
      trained: { folder, checkpoint, keyFile: null, scale: 'small', secondsTrained: undefined, note: () => undefined },
      testTop1: testTop1!,
    });
  }
});
afterAll(async () => {
  await rm(parent, { recursive: true });
});

test.each(['ring', 'independent'])('feature similarity of %s', async (weights) => {
  const { trained } = runs.get(weights)!;
  const { numTensors } = tf.memory();
  const { meanSimilarity, constantChannels, ...bins } = await measureFeatureSimilarity(trained);
  expect(tf.memory().numTensors).toBe(numTensors);
  expect(constantChannels).toBeGreaterThanOrEqual(0);
  const shares = Object.values(bins);
  expect([shares.length, Object.keys(bins)[0], Object.keys(bins).at(-1)]).toEqual([
    20,
    'similarity/0.025',
    'similarity/0.975',
  ]);
  expect(shares.reduce((sum, share) => sum + share, 0)).toBeCloseTo(1, 12);
  // each value lies within half a bin of its bin's middle
  const middles = Object.entries(bins).reduce((sum, [name, share]) => sum + Number(name.split('/')[1]) * share, 0);
  expect(Math.abs(meanSimilarity! - middles)).toBeLessThanOrEqual(0.025);
});

test('angles of filters, trained and at the start', async () => {
  const { numTensors } = tf.memory();
  const found = await measureFilterAngles(runs.get('ring')!.trained);
  expect(tf.memory().numTensors).toBe(numTensors);
  expect(found['trainedPairs/36']).toBe(40); // ten pairs of five slots, four filters each
  expect(found['startPairs/288']).toBe(96); // three pairs of three slots, 32 filters each
  expect(found['trainedCosine/72']).not.toBe(found['startCosine/72']);
  const numPairs = 40 + 6 * 8 + 6 * 16 + 96;
  expect(Math.abs(found.startSquaredCosineTimesM! - 1)).toBeLessThan(4 * Math.sqrt(2 / numPairs));
  await expect(measureFilterAngles(runs.get('independent')!.trained)).rejects.toThrow('No ring feeds two filters');
});

test('pruning: what is left without training on', async () => {
  const { numTensors } = tf.memory();
  const found = await measurePruning(runs.get('ring')!.trained);
  expect(Object.keys(found)).toEqual(['droppedTop1', 'weightsLeft', 'multiplyAddsLeft', 'ringElementsLeft']);
  // Of 4, 8, 16 and 32 filters 1, 2, 4 and 9 go; most weights are in the last stage.
  expect(found.weightsLeft).toBeGreaterThan(0.7);
  expect(found.weightsLeft).toBeLessThan(0.75);
  await expect(measurePruning(runs.get('independent')!.trained)).rejects.toThrow('not fed by linear rings');
  expect(tf.memory().numTensors).toBe(numTensors);
});

test('security', async () => {
  const { trained, testTop1 } = runs.get('ring')!;
  const { numTensors } = tf.memory();
  const found = await measureSecurity(trained);
  expect(tf.memory().numTensors).toBe(numTensors);
  expect([found.chance, found.rightTop1, found['known/1']]).toEqual([0.1, testTop1, testTop1]);
  expect(Object.keys(found).filter((name) => !name.includes('/'))).toEqual([
    'chance',
    'rightTop1',
    'wrongSeedTop1',
    'stolenTop1',
    'stolenButRingTop1',
    'fromNothingTop1',
  ]);
  expect(Object.values(found).every((share) => share >= 0 && share <= 1)).toBe(true);
});
