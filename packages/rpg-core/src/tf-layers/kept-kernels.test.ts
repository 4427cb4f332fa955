// Predictions do not generate their kernels twice.
import '@tensorflow/tfjs';
import * as tf from '@tensorflow/tfjs-core';
import * as tfl from '@tensorflow/tfjs-layers';
import { afterEach, beforeAll, beforeEach, expect, type MockInstance, test, vi } from 'vitest';
import { read } from '../../test/ring-models.js';
import { Generator } from '../ring/generator.js';
import { rpgDense, rpgRing } from './ring-fed-layers.js';

let generate: MockInstance<Generator['generate']>;
beforeAll(async () => {
  await tf.setBackend('cpu');
});
beforeEach(() => {
  generate = vi.spyOn(Generator.prototype, 'generate');
});
afterEach(() => {
  generate.mockRestore();
});

const inputs = tf.tensor2d([[1, 2, 3, 4]]);
function toy() {
  const ring = rpgRing({ ringSize: 12, seed: 'kept', inputShape: [4] });
  const layers = [ring, rpgDense({ units: 6, activation: 'relu' }), rpgDense({ units: 2 })];
  const model = tfl.sequential({ layers });
  const predict = () => read(tf.tidy(() => model.predict(inputs) as tf.Tensor));
  return { ring, model, predict };
}

test('once for all predictions with one W, the same numbers, no tensors more', () => {
  const { predict } = toy();
  const first = predict();
  const before = tf.memory().numTensors;
  expect(predict()).toEqual(first);
  expect(predict()).toEqual(first);
  expect(generate).toHaveBeenCalledTimes(1);
  expect(tf.memory().numTensors).toBe(before + 2); // what `predict` returned
});

test('anew after W was set or trained, and then again kept', async () => {
  const { ring, model, predict } = toy();
  const first = predict();
  ring.setWeights([tf.ones([12])]);
  expect(predict()).not.toEqual(first);
  expect(generate).toHaveBeenCalledTimes(2);
  model.compile({ optimizer: 'sgd', loss: 'meanSquaredError' });
  await model.fit(inputs, tf.tensor2d([[1, 0]]), { epochs: 3 });
  expect(generate).toHaveBeenCalledTimes(5); // once a step
  const trained = predict();
  expect(predict()).toEqual(trained);
  expect(generate).toHaveBeenCalledTimes(6);
});

test('a gradient right after a prediction reaches the ring', () => {
  const { ring, model, predict } = toy();
  predict();
  const [w] = ring.trainableWeights;
  const { grads } = tf.variableGrads(() => tf.sum(model.apply(inputs) as tf.Tensor));
  const gradient = Object.values(grads).find(({ size }) => size === 12)!;
  expect(w!.shape).toEqual([12]);
  expect(Math.max(...gradient.abs().dataSync())).toBeGreaterThan(0);
});

test('not where they are larger than allowed', () => {
  const { ring, predict } = toy();
  ring.maxKeptBytes = 4 * 36 - 1; // 4·6 + 6·2 weights of 4 bytes
  const first = predict();
  expect(predict()).toEqual(first);
  expect(generate).toHaveBeenCalledTimes(2);
  ring.maxKeptBytes = 4 * 36;
  predict();
  predict();
  expect(generate).toHaveBeenCalledTimes(3);
});

test('a kernel that a caller frees stays whole for others', () => {
  const { ring, predict } = toy();
  const first = predict();
  ring.kernel(0).dispose();
  expect(predict()).toEqual(first);
  expect(generate).toHaveBeenCalledTimes(1);
});

test('disposing the model frees them', () => {
  const before = tf.memory().numTensors;
  const { model } = toy();
  (model.predict(inputs) as tf.Tensor).dispose();
  model.dispose();
  expect(tf.memory().numTensors).toBe(before);
});
