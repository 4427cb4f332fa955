import '@tensorflow/tfjs';
import * as tf from '@tensorflow/tfjs-core';
import { createRng, createWeightSource } from 'rpg-core';
import { beforeAll, expect, test } from 'vitest';
import { mirroredJoints } from '../data/joints.js';
import { stackedHourglass } from '../model/model.js';
import { mirrorHeatMaps, predictHeatMaps } from './predict-heat-maps.js';

beforeAll(async () => {
  await tf.setBackend('cpu');
});

test('mirrored maps: columns reversed, left and right joints swapped', () => {
  const values = new Float32Array(2 * 16);
  values[0 * 16 + 10] = 1; // right wrist in the left column
  const mirrored = mirrorHeatMaps(tf.tensor4d(values, [1, 1, 2, 16]));
  const expected = new Float32Array(2 * 16);
  expected[1 * 16 + 15] = 1; // left wrist in the right column
  expect(mirrored.dataSync()).toEqual(expected);
  expect(mirrorHeatMaps(mirrored).dataSync()).toEqual(values);
});

test('swaps the pairs that the published evaluations swap', () => {
  expect(mirroredJoints).toEqual([5, 4, 3, 2, 1, 0, 6, 7, 8, 9, 15, 14, 13, 12, 11, 10]);
});

test('averages the maps of the image and of its mirror image', () => {
  const model = stackedHourglass({ numStacks: 2, inputSize: 16, widthMultiplier: 1 / 64, depth: 1 });
  const source = createWeightSource(model.slots, { kind: 'independent' }, createRng(1));
  const weights = source.generate();
  const images = tf.randomUniform<tf.Rank.R4>([2, 16, 16, 3], 0, 1, 'float32', 1);
  const before = tf.memory().numTensors;
  const plain = predictHeatMaps(model, weights, images, { useFlipTest: false });
  const both = predictHeatMaps(model, weights, images, { useFlipTest: true });
  expect(tf.memory().numTensors).toBe(before + 2);
  const flipped = predictHeatMaps(model, weights, tf.reverse4d(images, 2), { useFlipTest: false });
  const expected = tf.div(tf.add(plain, mirrorHeatMaps(flipped)), 2);
  expect(both.dataSync()).toEqual(expected.dataSync());
  // An image and its mirror image then have mirrored maps.
  const bothFlipped = predictHeatMaps(model, weights, tf.reverse4d(images, 2), { useFlipTest: true });
  expect(mirrorHeatMaps(bothFlipped).dataSync()).toEqual(both.dataSync());
  source.dispose();
});
