import { SlotCollector } from 'rpg-core';
import { expect, test } from 'vitest';
import { head } from './head.js';
import { startAsMdeq } from './initialization.js';
import { msBlock } from './ms-block.js';

const collector = new SlotCollector();
msBlock(collector, { name: 'block', channels: [8, 8] });
head(collector, { channels: [8, 8], headChannels: [2, 3], finalChannels: 5, numClasses: 3 });
const started = startAsMdeq(collector.slots);

test('kernels and biases of convolutions start with deviation 0.01', () => {
  const ofConvs = started.filter(({ name, shape }) => shape.length === 4 || name === 'head/final/bias');
  expect(ofConvs.length).toBeGreaterThan(15);
  for (const { initializer } of ofConvs) expect(initializer).toEqual({ kind: 'normal', standardDeviation: 0.01 });
});

test('the classifier and the norms start as they did, and nothing else changes', () => {
  const initializerOf = (name: string) => started.find((slot) => slot.name === name)!.initializer;
  const limit = 1 / Math.sqrt(5);
  expect(initializerOf('head/dense/kernel')).toEqual({ kind: 'uniform', limit });
  expect(initializerOf('head/dense/bias')).toEqual({ kind: 'uniform', limit });
  expect(initializerOf('head/final/norm/gamma')).toEqual({ kind: 'constant', value: 1 });
  expect(started.map((slot) => ({ ...slot, initializer: null }))).toEqual(
    collector.slots.map((slot) => ({ ...slot, initializer: null })),
  );
});
