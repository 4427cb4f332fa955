// The same updates by TensorFlow's fused operations and by the portable compositions.
import '@tensorflow/tfjs';
import * as tf from '@tensorflow/tfjs-core';
import { createRng } from 'rpg-core';
import { loadBackend } from 'tensorflow-runtime';
import { beforeAll, expect, test } from 'vitest';
import { adam } from './adam.js';
import type { Optimizer } from './optimizer.js';
import { rmsprop } from './rmsprop.js';
import { sgd } from './sgd.js';

let fast = 'cpu';
beforeAll(async () => {
  fast = (await loadBackend({ onNotice: () => undefined })).name;
});

type Make = (trainables: ReadonlyMap<string, tf.Variable>) => Optimizer;

const shapes = new Map([
  ['large', [300, 700]], // several pieces of work
  ['small', [3]],
  ['scalar', []],
]);

/** Three updates with fixed gradients; all variables and accumulators afterwards. */
async function updatesOn(backend: string, make: Make): Promise<Map<string, number[]>> {
  await tf.setBackend(backend);
  const rng = createRng('updates');
  const random = (shape: number[]): tf.Tensor =>
    tf.tensor(
      new Float32Array(tf.util.sizeFromShape(shape)).map(() => rng.normal()),
      shape,
    );
  const trainables = new Map([...shapes].map(([name, shape]) => [name, tf.variable(random(shape))]));
  const optimizer = make(trainables);
  let level = 0;
  for (let step = 0; step < 3; step++) {
    const gradients = new Map([...shapes].map(([name, shape]) => [name, random(shape)]));
    optimizer.update(gradients, 0.1);
    gradients.forEach((gradient) => {
      gradient.dispose();
    });
    if (step === 0) level = tf.memory().numTensors;
  }
  expect(tf.memory().numTensors).toBe(level);
  const all = [...trainables, ...optimizer.state];
  const values = new Map(all.map(([name, variable]) => [name, [...variable.dataSync()]]));
  optimizer.dispose();
  for (const variable of trainables.values()) variable.dispose();
  return values;
}

const optimizers: [string, Make][] = [
  ['sgd', (trainables) => sgd(trainables)],
  ['sgd, decay', (trainables) => sgd(trainables, { weightDecay: 0.01 })],
  ['sgd, momentum', (trainables) => sgd(trainables, { momentum: 0.9, weightDecay: 0.01 })],
  ['sgd, Nesterov', (trainables) => sgd(trainables, { momentum: 0.9, nesterov: true })],
  ['rmsprop', (trainables) => rmsprop(trainables)],
  ['rmsprop, momentum', (trainables) => rmsprop(trainables, { momentum: 0.9, weightDecay: 0.01, epsilon: 1e-4 })],
  ['adam', (trainables) => adam(trainables, { weightDecay: 0.01 })],
];

test.each(optimizers)('%s moves variables and state alike', async (_name, make) => {
  const expected = await updatesOn('cpu', make);
  const found = await updatesOn(fast, make);
  expect([...found.keys()]).toEqual([...expected.keys()]);
  for (const [name, values] of expected) {
    const worst = values.reduce(
      (most, value, i) => Math.max(most, Math.abs(found.get(name)![i]! - value) / (1 + Math.abs(value))),
      0,
    );
    expect(worst, name).toBeLessThan(1e-5);
  }
});
