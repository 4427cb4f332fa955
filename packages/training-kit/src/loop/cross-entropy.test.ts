import '@tensorflow/tfjs';
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, expect, test } from 'vitest';
import { softmaxCrossEntropy } from './cross-entropy.js';
import { MetricSums } from './metric-sums.js';

beforeAll(async () => {
  await tf.setBackend('cpu');
});

test('−log softmax of the label, worked by hand', () => {
  const losses = softmaxCrossEntropy(tf.tensor2d([[0, 0], [Math.log(3), 0]]), tf.tensor1d([0, 1], 'int32')).dataSync(); // prettier-ignore
  expect(losses[0]).toBeCloseTo(Math.log(2), 6);
  expect(losses[1]).toBeCloseTo(Math.log(4), 6);
});

test('the gradient is softmax minus the label, and stays finite for huge logits', () => {
  const labels = tf.tensor1d([0, 1], 'int32');
  const logits = tf.tensor2d([[Math.log(3), 0], [1000, -1000]]); // prettier-ignore
  const gradient = tf
    .grad((x) => tf.sum(softmaxCrossEntropy(x as tf.Tensor2D, labels)))(logits)
    .dataSync();
  [-0.25, 0.25, 1, -1].forEach((expected, i) => {
    expect(gradient[i]).toBeCloseTo(expected, 6);
  });
});

test('metrics are divided once, over all examples', () => {
  const sums = new MetricSums();
  sums.add('accuracy', 3, 4);
  sums.add('accuracy', 1, 1);
  expect(sums.means()).toEqual({ accuracy: 0.8 });
  sums.add('empty', 0, 0);
  expect(() => sums.means()).toThrow("Metric 'empty' was measured over no examples.");
});
