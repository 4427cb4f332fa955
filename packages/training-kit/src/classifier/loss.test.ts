import '@tensorflow/tfjs';
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, expect, test } from 'vitest';
import { classifierLoss } from './loss.js';

beforeAll(async () => {
  await tf.setBackend('cpu');
});

test('the mean cross-entropy, and the share of right answers', () => {
  const logits = tf.tensor2d([
    [0, Math.log(3)],
    [Math.log(4), 0],
  ]);
  const { loss, metrics } = classifierLoss(logits, tf.tensor1d([1, 1], 'int32'));
  expect(loss.dataSync()[0]).toBeCloseTo(-Math.log((3 / 4) * (1 / 5)) / 2, 6);
  expect(metrics!.accuracy!.dataSync()[0]).toBe(0.5);
});
