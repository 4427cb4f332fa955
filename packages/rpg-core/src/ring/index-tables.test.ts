import '@tensorflow/tfjs';
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, expect, test } from 'vitest';
import { handPlan } from '../../test/hand-plan.js';
import { IndexTables } from './index-tables.js';

beforeAll(async () => {
  await tf.setBackend('cpu');
});

test('forward: positions in [W, −W]', () => {
  const tables = new IndexTables(handPlan());
  expect(tables.forward.shape).toEqual([5, 1]);
  expect([...tables.forward.dataSync()]).toEqual([1, 2, 3, 1, 0]);
});

test('inverse: for each element of the ring its uses in [dK, −dK, 0], one a row', () => {
  const tables = new IndexTables(handPlan());
  expect(tables.inverse.shape).toEqual([3, 2, 1]);
  // element 0: −dK[1], dK[4], nothing; element 1: dK[0], −dK[2], dK[3]
  expect([...tables.inverse.dataSync()]).toEqual([6, 0, 4, 7, 10, 3]);
});

test('packed: as the plan has it', () => {
  const { indices, sizes, scales } = new IndexTables(handPlan()).packed;
  expect([...indices.dataSync()]).toEqual([...handPlan().signedIndices]);
  expect([...sizes.dataSync()]).toEqual([2, 3]);
  expect([...scales.dataSync()]).toEqual([2, 0.5]);
});

test('packed: an index outside the ring is refused, since a backend would read there', () => {
  const plan = { ...handPlan(), signedIndices: Int32Array.of(0, 1, 2, 1, 0) };
  expect(() => new IndexTables(plan).packed).toThrow(
    new RangeError('Weight 2 of the plan uses element 2, but the ring has 2.'),
  );
});

test('tensors are made when asked for, once, and freed together', () => {
  const before = tf.memory().numTensors;
  const tables = new IndexTables(handPlan());
  expect(tf.memory().numTensors).toBe(before);
  expect(tables.forward).toBe(tables.forward);
  expect([tables.inverse.isDisposed, tables.packed.sizes.isDisposed]).toEqual([false, false]);
  expect(tf.memory().numTensors).toBe(before + 5);
  tables.dispose();
  expect(tf.memory().numTensors).toBe(before);
});
