import '@tensorflow/tfjs';
import * as tf from '@tensorflow/tfjs-core';
import { countUses, createRng, createWeightSource, type Slot, type WeightSource } from 'rpg-core';
import { beforeAll, expect, test } from 'vitest';
import { read } from '../../test/numbers.js';
import { backboneSizes } from './block-options.js';
import { repeatedBlock } from './repeated-block.js';
import { blockSize, type WeightMode, weightModes, weightSourceConfig } from './weights.js';

beforeAll(async () => {
  await tf.setBackend('cpu');
});

const small = { channels: [8, 8], headChannels: [2, 3], finalChannels: 5, dropoutRate: 0.25, numClasses: 3 };
const { slots } = repeatedBlock({ ...small, numBlocks: 3 });
const sourceOf = (weights: WeightMode): WeightSource =>
  createWeightSource(slots, weightSourceConfig(slots, { weights }), createRng(1));

test.each([
  { size: 'tiny', weights: 110_592 },
  { size: 'large', weights: 8_701_952 },
] as const)('a block of size $size has $weights weights, however often it is repeated', ({ size, weights }) => {
  for (const numBlocks of [1, 2, 4]) {
    const network = repeatedBlock({ ...backboneSizes[size], numClasses: 10, numBlocks });
    expect(blockSize(network.slots)).toBe(weights);
  }
});

test('settings go through; a ring is as large as a block unless told otherwise', () => {
  expect(weightSourceConfig(slots, { weights: 'independent' })).toEqual({ kind: 'independent' });
  expect(weightSourceConfig(slots, { weights: 'ring', ringSize: null })).toEqual({
    kind: 'ring',
    ringSize: blockSize(slots),
  });
  const settings = { weights: 'ring', ringSize: 0.5, sampling: 'sequential', reflect: false } as const;
  expect(weightSourceConfig(slots, settings)).toEqual({
    kind: 'ring',
    ringSize: 0.5,
    sampling: 'sequential',
    reflect: false,
  });
  expect(() => weightSourceConfig(slots, { weights: 'other' as WeightMode })).toThrow(
    new RangeError('Unknown weights "other".'),
  );
});

test('one ring feeds all repetitions, every element as often as there are repetitions', () => {
  const source = sourceOf('ring');
  const plan = source.plans.get('ring')!;
  expect([...source.plans.keys()]).toEqual(['ring']);
  expect([plan.ringSize, plan.numGenerated]).toEqual([blockSize(slots), 3 * blockSize(slots)]);
  expect(new Set(plan.slots.map(({ slot }) => slot.name.split('/')[0]))).toEqual(
    new Set(['block1', 'block2', 'block3']),
  );
  expect(new Set(countUses(plan.signedIndices, plan.ringSize))).toEqual(new Set([3]));
  source.dispose();
});

const kernelOf = (source: WeightSource, name: string): number[] => {
  const weights = source.generate();
  const values = read(weights.get(slots.find((slot) => slot.name === name)!));
  weights.dispose();
  return values;
};

test.each([
  { weights: 'shared', isSame: true },
  { weights: 'ring', isSame: false },
  { weights: 'independent', isSame: false },
] as const)('$weights: repetitions have the same kernels: $isSame', ({ weights, isSame }) => {
  const source = sourceOf(weights);
  const kernels = slots.filter(({ name, role }) => role === 'backbone' && name.startsWith('block1/'));
  expect(kernels.length).toBeGreaterThan(6);
  for (const { name } of kernels) {
    const again = kernelOf(source, name.replace('block1', 'block3'));
    if (isSame) expect(again).toEqual(kernelOf(source, name));
    else expect(again).not.toEqual(kernelOf(source, name));
  }
  source.dispose();
});

test('in every mode norms are each repetition’s own', () => {
  for (const mode of weightModes) {
    const source = sourceOf(mode);
    const isNorm = ({ name, role }: Slot): boolean => role === 'norm' && name.startsWith('block');
    const norms = slots.filter(isNorm);
    expect(norms.every(({ name }) => source.trainables.has(name))).toBe(true);
    source.dispose();
  }
});
