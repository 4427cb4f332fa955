import '@tensorflow/tfjs';
import * as tf from '@tensorflow/tfjs-core';
import { loadBackend } from 'tensorflow-runtime';
import { beforeAll, expect, test } from 'vitest';
import { bench, benchSchema, describeBench } from './step-bench.js';

beforeAll(async () => {
  await loadBackend({});
});

test('a line for each pair, the ratio of the pairs that count; no tensor stays', () => {
  const options = benchSchema.parse({ width: 4, ringSize: 0.5, batchSize: 2, numSteps: 1, warmUpSteps: 1 });
  const lines: string[] = [];
  const before = tf.memory().numTensors;
  const { plain, ring, ratio } = bench(options, (line) => lines.push(line));
  expect(tf.memory().numTensors).toBe(before);
  const shown = (time: number): string => `${time.toFixed(0).padStart(5)} ms`;
  expect(lines).toEqual([
    expect.stringMatching(/^warm-up: plain +\d+ ms, ring +\d+ ms$/),
    `pair 1: plain ${shown(plain.median)}, ring ${shown(ring.median)}`,
  ]);
  expect(plain).toEqual({ median: plain.median, min: plain.median, max: plain.median });
  expect(ratio).toBe(ring.median / plain.median);
});

test('a result in lines', () => {
  const result = {
    plain: { median: 200, min: 190, max: 210.4 },
    ring: { median: 9.5, min: 9, max: 10 },
    ratio: 1.05,
    peakRssMB: 1234.5,
  };
  expect(describeBench(result).split('\n')).toEqual([
    'plain    median    200 ms   min    190 ms   max    210 ms',
    'ring     median   9.50 ms   min   9.00 ms   max     10 ms',
    'ratio    1.050 (median of pairs, ring / plain)',
    'peak     1235 MB resident, both networks in memory',
  ]);
});
