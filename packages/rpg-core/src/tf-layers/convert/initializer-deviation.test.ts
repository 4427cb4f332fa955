import '@tensorflow/tfjs';
import * as tf from '@tensorflow/tfjs-core';
import * as tfl from '@tensorflow/tfjs-layers';
import { expect, test } from 'vitest';
import { initialDeviation } from './initializer-deviation.js';

const { initializers } = tfl;
const seed = 4;

test.each([
  ['glorotNormal', initializers.glorotNormal({ seed })],
  ['glorotUniform', initializers.glorotUniform({ seed })],
  ['heNormal', initializers.heNormal({ seed })],
  ['heUniform', initializers.heUniform({ seed })],
  ['leCunNormal', initializers.leCunNormal({ seed })],
  ['leCunUniform', initializers.leCunUniform({ seed })],
  ['varianceScaling', initializers.varianceScaling({ scale: 3, mode: 'fanOut', distribution: 'uniform', seed })],
  ['orthogonal', initializers.orthogonal({ gain: 2, seed })],
  ['randomNormal', initializers.randomNormal({ mean: 0.5, stddev: 0.25, seed })],
  ['randomUniform', initializers.randomUniform({ minval: -0.5, maxval: 1, seed })],
  ['truncatedNormal', initializers.truncatedNormal({ mean: 1, stddev: 2, seed })],
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
