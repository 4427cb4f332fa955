import '@tensorflow/tfjs';
import * as tf from '@tensorflow/tfjs-core';
import { SlotCollector } from 'rpg-core';
import { beforeAll, expect, test } from 'vitest';
import { buildLayer, type BuiltLayer, setWeights, sizeOf } from '../../test/layer-weights.js';
import { expectClose, read } from '../../test/numbers.js';
import { backboneSizes } from './block-options.js';
import { type Head, head, type HeadOptions, withConstantNorms } from './head.js';

beforeAll(async () => {
  await tf.setBackend('cpu');
});

const small = { channels: [8, 8], headChannels: [2, 3], finalChannels: 4, numClasses: 2 };
const build = (options: HeadOptions): BuiltLayer<Head> => buildLayer((collector) => head(collector, options));

// A branch of C channels and inner width H: C·H + 9·H² + 4·H² + 4·C·H, and 8·H of the shortcut's norm. Between widths H
// and J: 9·4H·4J + 4J + 8J. The last: 4H·F + F + 2·F. The classifier: F·K + K.
test.each([
  { size: 'tiny', numClasses: 10, total: 41_266 },
  { size: 'tiny', numClasses: 100, total: 59_356 },
  { size: 'large', numClasses: 10, total: 2_370_910 },
] as const)('$size, $numClasses classes: $total parameters', ({ size, numClasses, total }) => {
  const collector = new SlotCollector();
  head(collector, { ...backboneSizes[size], numClasses });
  expect(sizeOf(withConstantNorms(collector.slots))).toBe(total);
});

test('norms inside a bottleneck have no gains and offsets to train; the others do', () => {
  const { slots } = build(small);
  const constant = withConstantNorms(slots);
  const changed = slots.filter((slot, i) => constant[i] !== slot).map(({ name }) => name);
  expect(changed).toEqual(
    [0, 1].flatMap((branch) =>
      ['conv1', 'conv2', 'conv3'].flatMap((conv) =>
        ['gamma', 'beta'].map((part) => `head/branch${branch}/${conv}/norm/${part}`),
      ),
    ),
  );
  const trained = constant.filter(({ role }) => role === 'norm').map(({ name }) => name.replace(/\/norm\/.*/, ''));
  expect([...new Set(trained)]).toEqual(['head/branch0/shortcut', 'head/branch1/shortcut', 'head/down0', 'head/final']);
});

test('what the last norm lets through is averaged and weighed by the classifier', () => {
  const { layer, source, context } = build(small);
  setWeights(source, 'head/final/norm/gamma', 0);
  setWeights(source, 'head/final/norm/beta', [1, -5, 2, 3]);
  setWeights(source, 'head/dense/kernel', [1, 10, 100, 100, 2, 20, 3, 30]);
  setWeights(source, 'head/dense/bias', [0.5, -0.5]);
  const maps = [tf.ones<tf.Rank.R4>([1, 4, 4, 8]), tf.ones<tf.Rank.R4>([1, 2, 2, 8])];
  expectClose(read(layer(maps, context)), [1 + 4 + 9 + 0.5, 10 + 40 + 90 - 0.5]); // the −5 is cut off
});

test('every scale takes part, the finer ones by way of the coarser', () => {
  const options = { channels: [8, 8, 8], headChannels: [2, 2, 2], finalChannels: 4, numClasses: 2 };
  const { layer, context } = build(options);
  const maps = [4, 2, 1].map((side, i) => tf.randomNormal<tf.Rank.R4>([3, side, side, 8], 0, 1, 'float32', i));
  const logits = layer(maps, context);
  expect(logits.shape).toEqual([3, 2]);
  const gradients = tf.grads((...inputs: tf.Tensor[]) => tf.sum(tf.square(layer(inputs as tf.Tensor4D[], context))))(
    maps,
  );
  for (const gradient of gradients) expect(Math.max(...read(gradient))).toBeGreaterThan(0);
});
