import '@tensorflow/tfjs';
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, expect, test } from 'vitest';
import { sgd } from '../optimizers/sgd.js';
import { trainStep } from './train-step.js';

beforeAll(async () => {
  await tf.setBackend('cpu');
});

const setUp = () => {
  const w = tf.variable(tf.scalar(3));
  const trainables = new Map([['w', w]]);
  return { w, trainables, optimizer: sgd(trainables), learningRate: 0.1 };
};

test('moves against the gradient and reports the loss before the move, with its metrics', () => {
  const { w, ...options } = setUp();
  const values = trainStep({
    ...options,
    loss: () => ({ loss: tf.square(w), metrics: { double: tf.mul(w, 2) } }),
  });
  expect(values).toEqual({ loss: 9, double: 6 });
  expect(w.dataSync()[0]).toBeCloseTo(2.4, 6);
});

test('leaves no tensors behind', () => {
  const { w, ...options } = setUp();
  const run = () => trainStep({ ...options, loss: () => ({ loss: tf.square(w), metrics: { w: tf.mul(w, 1) } }) });
  run();
  const before = tf.memory().numTensors;
  run();
  expect(tf.memory().numTensors).toBe(before);
});

test('a loss that is not finite is reported and moves nothing', () => {
  const { w, ...options } = setUp();
  const { loss } = trainStep({ ...options, loss: () => ({ loss: tf.div(w, 0) }) });
  expect(loss).toBe(Infinity);
  expect(w.dataSync()[0]).toBe(3);
});

test('a trainable that the loss does not use is named', () => {
  const { w, trainables } = setUp();
  const both = new Map([...trainables, ['unused', tf.variable(tf.scalar(1))]]);
  expect(() =>
    trainStep({ trainables: both, optimizer: sgd(both), learningRate: 1, loss: () => ({ loss: tf.square(w) }) }),
  ).toThrow("No gradient for 'unused'; the loss has to use every trainable variable.");
});
