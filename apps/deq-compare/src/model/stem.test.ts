import '@tensorflow/tfjs';
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, expect, test } from 'vitest';
import { buildLayer, setWeights, sizeOf } from '../../test/layer-weights.js';
import { read } from '../../test/numbers.js';
import { stem } from './stem.js';

beforeAll(async () => {
  await tf.setBackend('cpu');
});

// 27·C + 2·C, 9·C² + 2·C and, with more than two scales, C² + 2·C
test.each([
  { numChannels: 24, numScales: 2, numConvs: 2, total: 5_928 },
  { numChannels: 32, numScales: 4, numConvs: 3, total: 11_296 },
])('$numScales scales: $numConvs convolutions, $total parameters', ({ numChannels, numScales, numConvs, total }) => {
  const { slots } = buildLayer((collector) => stem(collector, numChannels, numScales));
  expect(slots.filter(({ role }) => role === 'stem').map(({ name }) => name)).toEqual(
    Array.from({ length: numConvs }, (_, i) => `stem/conv${i + 1}/kernel`),
  );
  expect(sizeOf(slots)).toBe(total);
});

test('keeps height and width, and lets nothing below 0 through', () => {
  const { layer, source, context } = buildLayer((collector) => stem(collector, 8, 3));
  const y = layer(tf.randomNormal([2, 6, 4, 3], 0, 1, 'float32', 1), context);
  expect(y.shape).toEqual([2, 6, 4, 8]);
  expect(Math.min(...read(y))).toBe(0);
  setWeights(source, 'stem/conv3/norm/gamma', 0);
  setWeights(source, 'stem/conv3/norm/beta', [-1, 2, -3, 4, -5, 6, -7, 8]);
  const pixel = [0, 2, 0, 4, 0, 6, 0, 8];
  expect(read(layer(tf.ones([1, 1, 2, 3]), context))).toEqual([...pixel, ...pixel]);
});
