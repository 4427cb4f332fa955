import '@tensorflow/tfjs';
import * as tf from '@tensorflow/tfjs-core';
import { countParameters, createRng, createWeightSource, SlotCollector } from 'rpg-core';
import { loadBackend } from 'tensorflow-runtime';
import { beforeAll, expect, test } from 'vitest';
import { gradientsOf } from '../../test/loss-gradients.js';
import { expectClose, read } from '../../test/numbers.js';
import { smallBackbone, smallBatch } from '../../test/small-networks.js';
import { deqLoss } from '../loss.js';
import { backboneSizes } from './block-options.js';
import { head } from './head.js';
import { msBlock } from './ms-block.js';
import { repeatedBlock, type RepeatedBlockOptions } from './repeated-block.js';
import { stem } from './stem.js';
import { type WeightMode, weightModes, weightSourceConfig } from './weights.js';

beforeAll(async () => {
  await loadBackend({});
});

const { images, labels } = smallBatch();

function build(numBlocks: number, weights: WeightMode = 'ring', changes: Partial<RepeatedBlockOptions> = {}) {
  const network = repeatedBlock({ ...smallBackbone, numBlocks, ...changes });
  const source = createWeightSource(network.slots, weightSourceConfig(network.slots, { weights }), createRng(1));
  return { network, source };
}

// ring 110 592, stem 5 928, head 39 256, classifier 2 010 or 20 100, and 864 of each repetition's norms
test.each([
  { numBlocks: 2, numClasses: 10, total: 159_514 },
  { numBlocks: 3, numClasses: 10, total: 160_378 },
  { numBlocks: 4, numClasses: 10, total: 161_242 },
  { numBlocks: 4, numClasses: 100, total: 179_332 },
])('tiny, $numBlocks blocks, $numClasses classes: $total parameters', ({ numBlocks, numClasses, total }) => {
  const { source } = build(numBlocks, 'ring', { ...backboneSizes.tiny, numClasses });
  expect(countParameters(source)).toMatchObject({
    total,
    ring: 110_592,
    generated: numBlocks * 110_592,
    stem: 9 * 3 * 24 + 9 * 24 * 24,
  });
  source.dispose();
});

test('each block reads the maps of the one before and the stem’s output, the first one zeros', () => {
  const { network, source } = build(2, 'independent');
  const slots = new SlotCollector(); // the same layers, in the same order
  const initialBlock = stem(slots, 8, 2);
  const blocks = [1, 2].map((i) => msBlock(slots, { name: `block${i}`, channels: [8, 8] }));
  const classify = head(slots, smallBackbone);
  const weights = source.generate();
  const context = { weights, isTraining: false };
  const injection = initialBlock(images, context);
  const zeros = [tf.zeros<tf.Rank.R4>([3, 4, 4, 8]), tf.zeros<tf.Rank.R4>([3, 2, 2, 8])];
  const maps = blocks.reduce((previous, block) => block.apply(previous, { injection, masks: [] }, context), zeros);
  const logits = network.apply(weights, images, { isTraining: false });
  expect(logits.shape).toEqual([3, 3]);
  expectClose(read(logits), read(classify(maps, context)));
});

test.each(weightModes)('%s: every parameter has a gradient, and a training step keeps no tensors', (mode) => {
  const { network, source } = build(2, mode);
  const loss = (): tf.Scalar =>
    tf.tidy(() => deqLoss(network, source.generate(), { images, labels }, { rng: createRng(1) }).loss);
  const gradients = gradientsOf(source, loss);
  expect([...gradients.keys()]).toEqual([...source.trainables.keys()]);
  const before = tf.memory().numTensors;
  gradientsOf(source, loss);
  expect(tf.memory().numTensors).toBe(before);
});

test('each repetition drops channels of its own', () => {
  const { network, source } = build(2, 'shared', { dropoutRate: 0.5 });
  const weights = source.generate();
  const run = (seed: string): number[] =>
    read(network.apply(weights, images, { isTraining: true, rng: createRng(seed) }));
  const first = run('step');
  expect(run('step')).toEqual(first);
  expect(run('next')).not.toEqual(first);
  expect(() => network.apply(weights, images, { isTraining: true })).toThrow(
    'apply: training with dropout needs rng; pass a fork of this step',
  );
  expect(network.apply(weights, images, { isTraining: false }).shape).toEqual([3, 3]);
});

test.each([0, 1.5])('%d blocks are refused', (numBlocks) => {
  expect(() => repeatedBlock({ ...smallBackbone, numBlocks })).toThrow(
    new RangeError(`numBlocks is ${numBlocks}, expected an integer of 1 or more.`),
  );
});
