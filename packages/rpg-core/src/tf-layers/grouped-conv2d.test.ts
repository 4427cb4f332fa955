import '@tensorflow/tfjs';
import * as tf from '@tensorflow/tfjs-core';
import * as tfl from '@tensorflow/tfjs-layers';
import { beforeAll, expect, test } from 'vitest';
import { kernelsOf } from '../../test/ring-models.js';
import { rpgConv2d, rpgRing } from './ring-fed-layers.js';

beforeAll(async () => {
  await tf.setBackend('cpu');
});

const read = (tensor: tf.Tensor | tf.Tensor[]): number[] => [...(tensor as tf.Tensor).dataSync()];

test('are convolutions side by side', () => {
  const ring = rpgRing({ ringSize: 30, seed: 1, inputShape: [5, 5, 4] });
  const model = tfl.sequential({
    layers: [
      ring,
      rpgConv2d({ filters: 6, kernelSize: 3, groups: 2, activation: 'relu', biasInitializer: 'ones', name: 'fed' }),
    ],
  });
  const kernel = kernelsOf(ring).get('fed/kernel') as tf.Tensor4D;
  expect(kernel.shape).toEqual([3, 3, 2, 6]);
  const x = tf.randomNormal<tf.Rank.R4>([2, 5, 5, 4], 0, 1, 'float32', 1);
  const half = (i: number): tf.Tensor4D =>
    tf.conv2d(
      tf.slice4d(x, [0, 0, 0, 2 * i], [2, 5, 5, 2]),
      tf.slice4d(kernel, [0, 0, 0, 3 * i], [3, 3, 2, 3]),
      1,
      'valid',
    );
  expect(read(model.predict(x))).toEqual(read(tf.relu(tf.add(tf.concat([half(0), half(1)], 3), 1))));
  const first = model.layers[1]!;
  expect(first.getConfig()).toMatchObject({ groups: 2, filters: 6 });
});

test('channels first', () => {
  const build = (dataFormat: 'channelsFirst' | 'channelsLast', inputShape: number[]): tfl.Sequential =>
    tfl.sequential({
      layers: [
        rpgRing({ ringSize: 30, seed: 1, inputShape }),
        rpgConv2d({ filters: 6, kernelSize: 3, groups: 2, dataFormat }),
      ],
    });
  const x = tf.randomNormal<tf.Rank.R4>([2, 5, 5, 4], 0, 1, 'float32', 1);
  const last = build('channelsLast', [5, 5, 4]).predict(x) as tf.Tensor;
  const first = build('channelsFirst', [4, 5, 5]).predict(tf.transpose(x, [0, 3, 1, 2])) as tf.Tensor;
  expect(first.shape).toEqual([2, 6, 3, 3]);
  expect(read(tf.transpose(first, [0, 2, 3, 1]))).toEqual(read(last));
});

test.each([
  [{ groups: 4 }, "Layer 'c': groups is 4, expected a positive integer that divides 6 filters."],
  [{ groups: 0 }, "Layer 'c': groups is 0, expected a positive integer that divides 6 filters."],
  [{ groups: 3 }, "Layer 'c': 3 groups do not divide 4 channels in."],
])('%o is refused', (settings, message) => {
  expect(() =>
    tfl.sequential({
      layers: [
        rpgRing({ ringSize: 30, seed: 1, inputShape: [5, 5, 4] }),
        rpgConv2d({ name: 'c', filters: 6, kernelSize: 3, ...settings }),
      ],
    }),
  ).toThrow(new RangeError(message));
});
