import '@tensorflow/tfjs';
import * as tf from '@tensorflow/tfjs-core';
import { createRng } from 'rpg-core';
import { beforeAll, expect, test } from 'vitest';
import { read } from '../../test/numbers.js';
import { dropoutMasks } from './dropout.js';

beforeAll(async () => {
  await tf.setBackend('cpu');
});

test('a mask a scale, of zeros and of what keeps the mean', () => {
  const masks = dropoutMasks({ batchSize: 200, channels: [24, 40], rate: 0.2 }, createRng(1));
  expect(masks.map(({ shape }) => shape)).toEqual([
    [200, 1, 1, 24],
    [200, 1, 1, 40],
  ]);
  for (const mask of masks) {
    const values = read(mask);
    expect(new Set(values)).toEqual(new Set([0, 1.25]));
    const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
    expect(Math.abs(mean - 1)).toBeLessThan(5 * (0.5 / Math.sqrt(values.length))); // deviation √(0.2 / 0.8) = 0.5
  }
});

test('images and scales have masks of their own; the same stream draws the same ones', () => {
  const options = { batchSize: 2, channels: [64, 64], rate: 0.5 };
  const [fine, coarse] = dropoutMasks(options, createRng('step'));
  const [first, second] = fine!.arraySync();
  expect(first).not.toEqual(second);
  expect(read(coarse!)).not.toEqual(read(fine!));
  expect(read(dropoutMasks(options, createRng('step'))[0]!)).toEqual(read(fine!));
  expect(read(dropoutMasks(options, createRng('next'))[0]!)).not.toEqual(read(fine!));
});

test('without dropout there are no masks and no stream is needed', () => {
  expect(dropoutMasks({ batchSize: 2, channels: [8], rate: 0 }, undefined)).toEqual([]);
  expect(() => dropoutMasks({ batchSize: 2, channels: [8], rate: 0.1 }, undefined)).toThrow(
    new RangeError('apply: training with dropout needs rng; pass a fork of this step, such as rng.fork(step).'),
  );
});
