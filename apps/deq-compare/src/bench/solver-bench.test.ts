import '@tensorflow/tfjs';
import * as tf from '@tensorflow/tfjs-core';
import { loadBackend } from 'tensorflow-runtime';
import { beforeAll, expect, test } from 'vitest';
import { bench, benchSchema, describeBench } from './solver-bench.js';

beforeAll(async () => {
  await loadBackend({});
});

test('searches take turns with their evaluations, then networks with each other; no tensor stays', () => {
  const options = benchSchema.parse({
    batchSize: 2,
    imageSize: 8,
    numEvaluations: 3,
    numRounds: 1,
    warmUpRounds: 0,
    trainingSteps: 1,
  });
  const lines: string[] = [];
  const before = tf.memory().numTensors;
  const result = bench(options, (line) => lines.push(line));
  expect(tf.memory().numTensors).toBe(before);
  expect(lines.map((line) => line.replace(/ \d+ ms/, ''))).toEqual([
    'step 1: evaluations alone',
    'step 1: broyden',
    'step 1: anderson',
    'step 1: mdeq, 10 steps unrolled',
    'step 1: mdeq, solved',
    'step 1: rpg, 2 blocks',
    'step 1: rpg, 3 blocks',
    'step 1: rpg, 4 blocks',
  ]);
  const { evaluation, solvers, numEvaluations } = result;
  for (const { ratio, search } of solvers) {
    expect(ratio).toBeCloseTo(search.median / (evaluation.median * numEvaluations), 6);
  }
  const described = describeBench(result).split('\n');
  expect(described).toHaveLength(8);
  expect(described[0]).toMatch(/^an evaluation of the block +median .* ms$/);
  expect(described[1]).toMatch(/^broyden, 3 evaluations +median .* ms {3}\d+\.\d\d times its evaluations$/);
  expect(described[7]).toMatch(/^a training step, rpg, 4 blocks +median .* ms$/);
});

test('training steps can be left out; images that cannot be halved are refused', () => {
  const options = benchSchema.parse({ batchSize: 1, imageSize: 8, numEvaluations: 1, numRounds: 1, trainingSteps: 0 });
  expect(bench(options, () => undefined).trainSteps).toEqual([]);
  expect(() => bench({ ...options, imageSize: 9 }, () => undefined)).toThrow('Images are 9×9, expected multiples of 2');
});
