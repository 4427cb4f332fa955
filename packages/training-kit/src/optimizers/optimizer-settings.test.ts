import '@tensorflow/tfjs';
import * as tf from '@tensorflow/tfjs-core';
import { expect, test } from 'vitest';
import { optimizerOf } from './optimizer-settings.js';

test.each([
  { optimizer: 'sgd', momentum: 0.5, state: ['w'], after: 0.9 },
  { optimizer: 'adam', momentum: 0, state: ['numSteps', 'means/w', 'squares/w'], after: 0.9 },
  { optimizer: 'rmsprop', momentum: 0, state: ['squares/w'], after: 0 }, // 1 − 0.1 · 1 / √0.01
] as const)('$optimizer', async ({ optimizer, momentum, state, after }) => {
  await tf.setBackend('cpu');
  const w = tf.variable(tf.scalar(1));
  const made = optimizerOf(
    { optimizer, momentum, weightDecay: 0 },
    { trainables: new Map([['w', w]]), plans: new Map() },
  );
  expect([...made.state.keys()]).toEqual(state);
  made.update(new Map([['w', tf.scalar(1)]]), 0.1);
  expect(w.dataSync()[0]).toBeCloseTo(after, 5);
});
