import fc from 'fast-check';
import { expect, test } from 'vitest';
import { evalBatches } from './eval-batches.js';
import { allocateImages, imageAt } from './image-arrays.js';

const asBytes = { mean: [0, 0, 0], std: [1 / 255, 1 / 255, 1 / 255] } as const;

test('every example exactly once and in order, whatever the batch size', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 30 }), fc.integer({ min: 1, max: 40 }), (numExamples, batchSize) => {
      const arrays = allocateImages(numExamples, [2, 1, 3]);
      for (let i = 0; i < numExamples; i++) {
        imageAt(arrays, i).fill(i);
        arrays.labels[i] = 100 + i;
      }
      const batches = [...evalBatches(arrays, { batchSize, normalization: asBytes })];
      expect(batches).toHaveLength(Math.ceil(numExamples / batchSize));
      expect(batches.flatMap(({ labels }) => [...labels])).toEqual(Array.from(arrays.labels));
      const pixels = batches.flatMap(({ images }) => Array.from(images, Math.round));
      expect(pixels).toEqual(Array.from(arrays.images));
      for (const [i, batch] of batches.entries()) {
        expect([...batch.examples]).toEqual(Array.from(batch.labels, (label) => label - 100));
        expect(batch.images).toHaveLength(batch.numExamples * 6);
        if (i < batches.length - 1) expect(batch.numExamples).toBe(batchSize);
      }
    }),
    { seed: 1 },
  );
});

test('a batch size of 0 is refused', () => {
  const batches = evalBatches(allocateImages(2, [1, 1, 3]), { batchSize: 0, normalization: asBytes });
  expect(() => batches.next()).toThrow(new RangeError('batchSize is 0, expected an integer from 1.'));
});
