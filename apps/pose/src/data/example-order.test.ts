import { describe, expect, test } from 'vitest';
import { batchSizeAt, createExampleOrder, stepsPerEpoch, type LastBatch } from './example-order.js';

const order = (lastBatch: LastBatch, path = 'seed') =>
  createExampleOrder(path, { numExamples: 10, batchSize: 4, lastBatch });

describe('order of examples', () => {
  test('a permutation in each epoch, another one in the next', () => {
    const examplesOf = order('keep');
    const epochs = [0, 1].map((epoch) => [0, 1, 2].flatMap((step) => [...examplesOf(3 * epoch + step)]));
    for (const epoch of epochs) expect(epoch.toSorted((a, b) => a - b)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
    expect(epochs[0]).not.toEqual(epochs[1]);
  });

  test('a step alone gives the same as steps in order', () => {
    const inOrder = order('keep');
    const all = Array.from({ length: 9 }, (_, step) => [...inOrder(step)]);
    for (const step of [7, 2, 8]) expect([...order('keep')(step)]).toEqual(all[step]);
    expect([...order('keep', 'other')(0)]).not.toEqual(all[0]);
  });

  test('the last batch of an epoch: kept or dropped', () => {
    expect([stepsPerEpoch(10, 4, 'keep'), stepsPerEpoch(10, 4, 'drop')]).toEqual([3, 2]);
    expect([0, 1, 2, 3].map((step) => batchSizeAt(step, 10, 4, 'keep'))).toEqual([4, 4, 2, 4]);
    expect(order('drop')(2)).toHaveLength(4);
  });
});
