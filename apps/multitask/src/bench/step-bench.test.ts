import * as tf from '@tensorflow/tfjs-core';
import { loadBackend } from 'tensorflow-runtime';
import { beforeAll, expect, test } from 'vitest';
import { bench, benchSchema, describeBench } from './step-bench.js';

beforeAll(async () => {
  await loadBackend({});
});

test('times the steps that count, and leaves no tensor', () => {
  const options = benchSchema.parse({
    inputSize: 32,
    widthMultiplier: 1 / 16,
    numSteps: 2,
    warmUpSteps: 1,
    batchSize: 1,
    weights: 'shared',
  });
  const before = tf.memory().numTensors;
  const lines: string[] = [];
  const result = bench(options, (line) => lines.push(line));
  expect(tf.memory().numTensors).toBe(before);
  expect(lines.map((line) => line.replace(/\d+ ms/, 'T'))).toEqual(['warm-up: T', 'step 1: T', 'step 2: T']);
  expect(result.trainStep.min).toBeGreaterThan(0);
  expect(result.numGenerated).toBeGreaterThan(result.numTrained);
  expect(result.peakGiB).toBeGreaterThan(0.05);
  const number = String.raw`[\d,.\s]+`;
  expect(describeBench(result)).toMatch(
    new RegExp(
      `^${number} numbers trained, ${number} weights of convolutions in use\nset-up ${number} s\na step .*median.*\n` +
        `peak resident memory: ${number} GiB$`,
    ),
  );
});
