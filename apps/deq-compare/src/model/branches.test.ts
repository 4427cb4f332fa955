import '@tensorflow/tfjs';
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, expect, test } from 'vitest';
import { read } from '../../test/numbers.js';
import { branchShapes, joinBranches, sizeOfBranches, splitBranches, zeroBranches } from './branches.js';

beforeAll(async () => {
  await tf.setBackend('cpu');
});

test('each scale has half the height and width of the one before', () => {
  const shapes = branchShapes([32, 24], [16, 8, 40]);
  expect(shapes).toEqual([
    [32, 24, 16],
    [16, 12, 8],
    [8, 6, 40],
  ]);
  expect(sizeOfBranches(shapes)).toBe(32 * 24 * 16 + 16 * 12 * 8 + 8 * 6 * 40);
});

test('maps that cannot be halved often enough are refused', () => {
  expect(() => branchShapes([32, 30], [8, 8, 8])).toThrow(
    new RangeError('Images are 32×30, expected multiples of 4: 3 branches halve the map 2 times.'),
  );
});

test('an image’s maps lie behind each other in one row, and come back', () => {
  const shapes = branchShapes([2, 2], [1, 2]);
  const fine = tf.tensor4d([1, 2, 3, 4, 11, 12, 13, 14], [2, 2, 2, 1]);
  const coarse = tf.tensor4d([5, 6, 15, 16], [2, 1, 1, 2]);
  const before = tf.memory().numTensors;
  const z = joinBranches([fine, coarse]);
  expect(z.arraySync()).toEqual([
    [1, 2, 3, 4, 5, 6],
    [11, 12, 13, 14, 15, 16],
  ]);
  const maps = splitBranches(z, shapes);
  expect(maps.map(({ shape }) => shape)).toEqual([fine.shape, coarse.shape]);
  expect(maps.map(read)).toEqual([read(fine), read(coarse)]);
  expect(tf.memory().numTensors).toBe(before + 3);
});

test('a search starts at zeros', () => {
  const maps = zeroBranches(3, branchShapes([4, 4], [8, 16]));
  expect(maps.map(({ shape }) => shape)).toEqual([
    [3, 4, 4, 8],
    [3, 2, 2, 16],
  ]);
  expect(maps.every((map) => read(map).every((value) => value === 0))).toBe(true);
});
