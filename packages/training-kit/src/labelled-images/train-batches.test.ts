import { createRng } from 'rpg-core';
import { describe, expect, test } from 'vitest';
import { standardAugmentation } from './augment.js';
import { allocateImages, imageAt } from './image-arrays.js';
import { cifar10Normalization } from './normalization.js';
import type { TrainBatch } from './split.js';
import { type MemoryTrainOrder, trainBatches } from './train-batches.js';

const arrays = allocateImages(23, [5, 4, 3]);
for (let i = 0; i < 23; i++) {
  imageAt(arrays, i).forEach((_, k, image) => {
    image[k] = (7 * i + k) % 256;
  });
  arrays.labels[i] = i;
}
const order: MemoryTrainOrder = {
  batchSize: 5,
  lastBatch: 'keep',
  augmentation: standardAugmentation,
  normalization: cifar10Normalization,
  rng: createRng(1).fork('batches'),
  fromStep: 0,
  toStep: 12,
};

async function collect(change: Partial<MemoryTrainOrder> = {}): Promise<Omit<TrainBatch, 'waitMs'>[]> {
  const batches = [];
  for await (const { waitMs, ...batch } of trainBatches(arrays, { ...order, ...change })) {
    expect(waitMs).toBeGreaterThanOrEqual(0);
    batches.push(batch);
  }
  return batches;
}

describe('batches from worker threads', () => {
  test('every example exactly once in each epoch, in shapes that fit', async () => {
    const batches = await collect({ toStep: 10 });
    expect(batches.map(({ step }) => step)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
    expect(batches.map(({ numExamples }) => numExamples)).toEqual([5, 5, 5, 5, 3, 5, 5, 5, 5, 3]);
    for (const { images, labels, numExamples } of batches) {
      expect(images).toHaveLength(numExamples * 5 * 4 * 3);
      expect(labels).toHaveLength(numExamples);
    }
    for (const epoch of [batches.slice(0, 5), batches.slice(5)]) {
      const labels = epoch.flatMap((batch) => [...batch.labels]);
      expect(labels.toSorted((a, b) => a - b)).toEqual(Array.from(arrays.labels));
    }
  });

  test('dropping the last batch leaves whole ones', async () => {
    const batches = await collect({ lastBatch: 'drop', toStep: 8 });
    expect(batches.map(({ numExamples }) => numExamples)).toEqual(new Array(8).fill(5));
    const labels = batches.slice(0, 4).flatMap((batch) => [...batch.labels]);
    expect(new Set(labels).size).toBe(20);
  });

  test('the same for one worker and three, and from any step on', async () => {
    const whole = await collect();
    expect(await collect({ numWorkers: 3 })).toEqual(whole);
    expect(await collect({ fromStep: 7 })).toEqual(whole.slice(7));
    expect(await collect({ rng: createRng(2).fork('batches') })).not.toEqual(whole);
  });

  test('a consumer may leave early', async () => {
    for await (const { step } of trainBatches(arrays, { ...order, toStep: 1_000_000 })) if (step === 2) break;
  });
});

test.each([
  { change: { batchSize: 24 }, said: 'batchSize is 24, expected an integer from 1 to 23, the training examples.' },
  {
    change: { augmentation: { ...standardAugmentation, rotationDegrees: -1 } },
    said: 'augmentation.rotationDegrees is -1, expected a number from 0 to 180.',
  },
])('$said', async ({ change, said }) => {
  await expect(collect(change)).rejects.toThrow(expect.objectContaining({ message: said }));
});
