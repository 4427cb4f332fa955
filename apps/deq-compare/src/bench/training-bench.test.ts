import '@tensorflow/tfjs';
import * as tf from '@tensorflow/tfjs-core';
import { loadBackend } from 'tensorflow-runtime';
import { beforeAll, expect, test } from 'vitest';
import { trainStepTimes } from './training-bench.js';

beforeAll(async () => {
  await loadBackend({});
});

test('both sides of the table take turns, each first once; no tensor stays', () => {
  const lines: string[] = [];
  const before = tf.memory().numTensors;
  const results = trainStepTimes({ size: 'tiny', batchSize: 2, imageSize: 8, numSteps: 1, warmUpRounds: 1 }, (line) =>
    lines.push(line),
  );
  expect(tf.memory().numTensors).toBe(before);
  const names = ['mdeq, 10 steps unrolled', 'mdeq, solved', 'rpg, 2 blocks', 'rpg, 3 blocks', 'rpg, 4 blocks'];
  expect(lines.map((line) => line.replace(/ \d+ ms$/, ''))).toEqual([
    ...names.map((name) => `warm-up: ${name}`),
    ...[...names.slice(1), names[0]].map((name) => `step 1: ${name}`),
  ]);
  expect(results.map(({ name }) => name)).toEqual(names);
  for (const { name, times } of results) {
    // One step counts, so the warm-up is in none of the three; a line rounds to whole milliseconds.
    expect(times).toEqual({ median: times.median, min: times.median, max: times.median });
    expect(lines).toContain(`step 1: ${name} ${times.median.toFixed(0)} ms`);
  }
});
