import '@tensorflow/tfjs';
import * as tf from '@tensorflow/tfjs-core';
import * as tfl from '@tensorflow/tfjs-layers';
import { expect, test } from 'vitest';
import { initialDeviation } from './initializer-deviation.js';

const { initializers } = tfl;
const SEED = 4;

test.each([
  ['glorotNormal', initializers.glorotNormal({ seed: SEED })],
  ['glorotUniform', initializers.glorotUniform({ seed: SEED })],
  ['heNormal', initializers.heNormal({ seed: SEED })],
  ['heUniform', initializers.heUniform({ seed: SEED })],
  ['leCunNormal', initializers.leCunNormal({ seed: SEED })],
  ['leCunUniform', initializers.leCunUniform({ seed: SEED })],
  ['varianceScaling', initializers.varianceScaling({ scale: 3, mode: 'fanOut', distribution: 'uniform', seed: SEED })],
  ['orthogonal', initializers.orthogonal({ gain: 2, seed: SEED })],
  ['randomNormal', initializers.randomNormal({ mean: 0.5, stddev: 0.25, seed: SEED })],
  ['randomUniform', initializers.randomUniform({ minval: -0.5, maxval: 1, seed: SEED })],
  ['truncatedNormal', initializers.truncatedNormal({ mean: 1, stddev: 2, seed: SEED })],
])('%s: the deviation is that of the numbers it draws', (_name, initializer) => {
  const config = { className: initializer.getClassName(), config: initializer.getConfig() };
  for (const shape of [
    [3, 3, 8, 20],
    [40, 30],
    [5, 5, 16, 2],
  ]) {
    const values = initializer.apply(shape);
    const drawn = Math.sqrt(tf.mean(tf.square(values)).dataSync()[0]!);
    expect(drawn / initialDeviation(config, shape, 'layer')).toBeCloseTo(1, 1);
  }
});
