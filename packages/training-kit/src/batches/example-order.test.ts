import { createRng } from 'rpg-core';
import { expect, test } from 'vitest';
import { ConfigError } from '../errors.js';
import { batchSizeAt, createExampleOrder, type LastBatch, shuffledIndices, stepsPerEpoch } from './example-order.js';

test.each<{ lastBatch: LastBatch; sizes: number[] }>([
  { lastBatch: 'drop', sizes: [4, 4, 4, 4] },
  { lastBatch: 'keep', sizes: [4, 4, 2, 4] },
])('10 examples in batches of 4, last batch: $lastBatch', ({ lastBatch, sizes }) => {
  expect(stepsPerEpoch(10, 4, lastBatch)).toBe(lastBatch === 'drop' ? 2 : 3);
  const order = createExampleOrder('order', { numExamples: 10, batchSize: 4, lastBatch });
  expect(sizes.map((_, step) => order.examplesOf(step).length)).toEqual(sizes);
  expect(sizes.map((_, step) => batchSizeAt(step, 10, 4, lastBatch))).toEqual(sizes);
});

test.each([{ batchSize: 1 }, { batchSize: 7 }, { batchSize: 53 }])(
  'every example once per epoch, in another order each time ($batchSize)',
  ({ batchSize }) => {
    const order = createExampleOrder('order', { numExamples: 53, batchSize, lastBatch: 'keep' });
    const epochs = [0, 1, 2].map((epoch) =>
      Array.from({ length: order.stepsPerEpoch }, (_, step) => [
        ...order.examplesOf(epoch * order.stepsPerEpoch + step),
      ]).flat(),
    );
    const all = Array.from({ length: 53 }, (_, i) => i);
    for (const epoch of epochs) expect(epoch.toSorted((a, b) => a - b)).toEqual(all);
    expect(epochs[0]).not.toEqual(all);
    expect(epochs[1]).not.toEqual(epochs[0]);
    expect(epochs[2]).not.toEqual(epochs[1]);
  },
);

test('a step has the same examples whatever was asked before', () => {
  const sizes = { numExamples: 100, batchSize: 8, lastBatch: 'drop' } as const;
  const straight = createExampleOrder('order', sizes);
  const inOrder = Array.from({ length: 40 }, (_, step) => [...straight.examplesOf(step)]);
  const shuffled = createExampleOrder('order', sizes);
  for (const step of [39, 0, 12, 11, 25, 24, 0]) expect([...shuffled.examplesOf(step)]).toEqual(inOrder[step]);
});

test('the order belongs to the path', () => {
  const sizes = { numExamples: 100, batchSize: 100, lastBatch: 'drop' } as const;
  const examples = (path: string) => [...createExampleOrder(path, sizes).examplesOf(0)];
  expect(examples(createRng(1).fork('batches').path)).toEqual(examples('1/batches'));
  expect(examples('1/batches')).not.toEqual(examples('2/batches'));
});

test.each([0, 1.5, 11, NaN])('a batch size of %d is refused', (batchSize) => {
  expect(() => stepsPerEpoch(10, batchSize, 'drop')).toThrow(
    new ConfigError('batchSize', `batchSize is ${batchSize}, expected an integer from 1 to 10, the training examples.`),
  );
});

test('shuffledIndices: each of the 24 orders of 4 comes up equally often', () => {
  const counts = new Map<string, number>();
  const rng = createRng('orders');
  for (let i = 0; i < 24_000; i++) {
    const order = shuffledIndices(4, rng).join('');
    counts.set(order, (counts.get(order) ?? 0) + 1);
  }
  expect(counts.size).toBe(24);
  // 1000 expected each; 5 standard deviations are 155.
  for (const count of counts.values()) expect(Math.abs(count - 1000)).toBeLessThan(155);
});
