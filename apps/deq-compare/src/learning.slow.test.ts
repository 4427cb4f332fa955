import * as tf from '@tensorflow/tfjs-core';
import { loadBackend } from 'tensorflow-runtime';
import { adam, trainStep } from 'training-kit';
import { beforeAll, describe, expect, test } from 'vitest';
import { configSchema, type DeqSettings } from './config.js';
import { deqLoss } from './loss.js';
import { createSolveLog } from './metrics/solve-log.js';
import { buildNetwork } from './model/network.js';

beforeAll(async () => {
  await loadBackend({});
});

const small: DeqSettings = {
  channels: [8, 8],
  headChannels: [4, 4],
  finalChannels: 16,
  dropoutRate: 0,
  pretrainSteps: 20,
  numUnrolled: 4,
  forwardSteps: 8,
  backwardSteps: 8,
};

describe.each<{ name: string; settings: DeqSettings; numSteps: number }>([
  { name: 'MDEQ, implicit, Broyden', settings: { differentiation: 'implicit' }, numSteps: 80 },
  { name: 'MDEQ, implicit, Anderson', settings: { solver: 'anderson' }, numSteps: 80 },
  { name: 'MDEQ, phantom', settings: { differentiation: 'phantom' }, numSteps: 80 },
  { name: 'MDEQ, unrolled', settings: { differentiation: 'unrolled' }, numSteps: 80 },
  { name: 'two blocks from one ring', settings: { network: 'rpg' }, numSteps: 80 },
  { name: 'two blocks, shared', settings: { network: 'rpg', weights: 'shared' }, numSteps: 80 },
])('$name', ({ settings, numSteps }) => {
  test('learns eight images by heart, and keeps the number of tensors level', () => {
    const config = configSchema.parse({ ...small, ...settings, seed: 3 });
    const { model, source } = buildNetwork(config, { numClasses: 4 });
    const images = tf.randomNormal<tf.Rank.R4>([8, 8, 8, 3], 0, 1, 'float32', 1);
    const labels = tf.tensor1d([0, 1, 2, 3, 0, 1, 2, 3], 'int32');
    const { trainables } = source;
    const optimizer = adam(trainables);
    const log = createSolveLog('count');
    const run = (step: number) =>
      trainStep({
        trainables,
        optimizer,
        learningRate: 3e-3,
        loss: () => deqLoss(model, source.generate(), { images, labels }, { step, onSolve: log.onSolve }),
      });
    const first = run(0);
    run(1);
    const { numTensors } = tf.memory();
    let last = first;
    for (let step = 2; step < numSteps; step++) last = run(step);
    expect(tf.memory().numTensors).toBe(numTensors);
    expect(last.accuracy).toBe(1);
    expect(last.loss).toBeLessThan(0.25 * first.loss);
    source.dispose();
  });
});
