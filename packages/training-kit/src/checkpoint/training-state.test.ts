import '@tensorflow/tfjs';
import * as tf from '@tensorflow/tfjs-core';
import type { SafetensorsTensor } from 'rpg-core';
import { beforeAll, expect, test } from 'vitest';
import { captureState, restoreState, type TrainingParts } from './training-state.js';

beforeAll(async () => {
  await tf.setBackend('cpu');
});

const partsOf = (value: number): TrainingParts => ({
  source: {
    trainables: new Map([['ring', tf.variable(tf.tensor1d([value, value + 1]))]]),
    statistics: new Map([['norm', tf.variable(tf.tensor2d([[value]]))]]),
  },
  optimizer: { state: new Map([['ring', tf.variable(tf.tensor1d([value, -value]))]]) },
});

const valuesOf = (parts: TrainingParts): Record<string, number[]> =>
  Object.fromEntries([...captureState(parts)].map(([name, { data }]) => [name, Array.from(data, Number)]));

test('what was captured is restored, bit for bit', () => {
  const saved = partsOf(0.1);
  const other = partsOf(7);
  restoreState(other, captureState(saved), 'file');
  expect(valuesOf(other)).toEqual(valuesOf(saved));
  expect(Object.keys(valuesOf(other))).toEqual(['weights/ring', 'statistics/norm', 'optimizer/ring']);
});

test('a model alone can be restored from a training', () => {
  const { source } = partsOf(7);
  restoreState({ source }, captureState(partsOf(1)), 'file');
  expect(valuesOf({ source })).toEqual({ 'weights/ring': [1, 2], 'statistics/norm': [1] });
});

test('restoring leaves no tensors behind', () => {
  const parts = partsOf(1);
  const state = captureState(parts);
  const before = tf.memory().numTensors;
  restoreState(parts, state, 'file');
  expect(tf.memory().numTensors).toBe(before);
});

test.each<[string, SafetensorsTensor | undefined, string]>([
  ['missing', undefined, "file holds no tensor 'optimizer/ring'; it is the checkpoint of another model or optimizer."],
  [
    'of another shape',
    { dtype: 'F32', shape: [3], data: new Float32Array(3) },
    "file: tensor 'optimizer/ring' is F32 [3], expected F32 [2]; it is the checkpoint of another model.",
  ],
  [
    'of another type',
    { dtype: 'I32', shape: [2], data: new Int32Array(2) },
    "file: tensor 'optimizer/ring' is I32 [2], expected F32 [2]; it is the checkpoint of another model.",
  ],
  [
    'that is not finite',
    { dtype: 'F32', shape: [2], data: Float32Array.of(1, -Infinity) },
    "file: tensor 'optimizer/ring' holds -Infinity; the training had diverged when it was written. Use an older checkpoint.",
  ],
])('a tensor %s is named, and nothing is changed', (_, tensor, message) => {
  const tensors = captureState(partsOf(1));
  if (tensor === undefined) tensors.delete('optimizer/ring');
  else tensors.set('optimizer/ring', tensor);
  const parts = partsOf(5);
  expect(() => {
    restoreState(parts, tensors, 'file');
  }).toThrow(message);
  expect(valuesOf(parts)).toEqual(valuesOf(partsOf(5)));
});
