import { createRng } from 'rpg-core';
import { expect, test } from 'vitest';
import { evalBatches } from './batches/batches.js';
import { renderedNormalization, renderSplit } from './rendered.js';
import { selectPeople } from './select-people.js';
import type { Split } from './split.js';

const whole = renderSplit(6, 64, 'train', createRng(1));

async function imagesOf(split: Split): Promise<Float32Array[]> {
  const crop = {
    boxRule: 'enlarged',
    inputSize: 16,
    mapSize: 4,
    sigmaPx: 1,
    peak: 'pixel',
    normalization: renderedNormalization,
  } as const;
  const images: Float32Array[] = [];
  for await (const batch of evalBatches(split, { batchSize: 1, crop })) images.push(batch.images);
  return images;
}

test('keeps each person with its own pixels, also of a part of a part', async () => {
  const images = await imagesOf(whole);
  const part = selectPeople(whole, [5, 1, 3]);
  expect(part.numExamples).toBe(3);
  expect(part.people).toEqual([whole.people[5], whole.people[1], whole.people[3]]);
  expect(await imagesOf(part)).toEqual([images[5], images[1], images[3]]);
  expect(await imagesOf(selectPeople(part, [2, 0]))).toEqual([images[3], images[5]]);
});

test('refuses a place that is not there', () => {
  expect(() => selectPeople(whole, [6])).toThrow(new RangeError('There is no place 6 in a split of 6 people.'));
});
