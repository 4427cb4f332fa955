import '@tensorflow/tfjs';
import * as tf from '@tensorflow/tfjs-core';
import { createRng, createWeightSource } from 'rpg-core';
import { beforeAll, expect, test } from 'vitest';
import { stackedHourglass } from './model.js';
import { subNetworkSize, weightSourceConfig } from './weights.js';

beforeAll(async () => {
  await tf.setBackend('cpu');
});

const { slots } = stackedHourglass({ numStacks: 3, inputSize: 32, widthMultiplier: 1 / 64, depth: 1 });

test.each([
  { numStacks: 1, size: 3_051_520 },
  { numStacks: 2, size: 3_121_152 },
  { numStacks: 4, size: 3_121_152 },
  { numStacks: 8, size: 3_121_152 },
])('$numStacks sub-networks at full size: one ring of $size', ({ numStacks, size }) => {
  expect(subNetworkSize(stackedHourglass({ numStacks, inputSize: 256 }).slots)).toBe(size);
});

test('shared: sub-networks have the same convolutions, but biases and norms of their own', () => {
  const source = createWeightSource(slots, weightSourceConfig(slots, { weights: 'shared' }), createRng(1));
  expect(source.ringSize).toBe(subNetworkSize(slots));
  const weights = source.generate();
  const values = (name: string): number[] => [...weights.get(slots.find((slot) => slot.name === name)!).dataSync()];
  for (const part of ['hourglass/level1/skip/conv2', 'linear', 'heat-maps']) {
    expect(values(`stack2/${part}/kernel`)).toEqual(values(`stack1/${part}/kernel`));
    expect(values(`stack3/${part}/kernel`)).toEqual(values(`stack1/${part}/kernel`));
  }
  expect(values('stack2/merge-features/kernel')).toEqual(values('stack1/merge-features/kernel'));
  expect(values('stack1/linear/kernel')).not.toEqual(values('stack1/merge-features/kernel'));
  expect(source.trainables.has('stack2/linear/bias')).toBe(true);
  expect(source.trainables.has('stack3/linear/norm/gamma')).toBe(true);
  weights.dispose();
  source.dispose();
});

test('ring: as large as shared weights unless told otherwise; settings go through', () => {
  expect(weightSourceConfig(slots, { weights: 'ring' })).toEqual({ kind: 'ring', ringSize: subNetworkSize(slots) });
  expect(
    weightSourceConfig(slots, { weights: 'ring', ringSize: 0.25, sampling: 'sequential', reflect: false }),
  ).toEqual({
    kind: 'ring',
    ringSize: 0.25,
    sampling: 'sequential',
    reflect: false,
  });
  expect(weightSourceConfig(slots, { weights: 'independent' })).toEqual({ kind: 'independent' });
});
