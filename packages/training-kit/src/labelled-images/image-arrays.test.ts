import { expect, test } from 'vitest';
import { allocateImages, imageAt, selectImages } from './image-arrays.js';

test('selectImages copies images and labels in the asked order', () => {
  const arrays = allocateImages(3, [1, 1, 3]);
  arrays.labels.set([5, 6, 7]);
  arrays.images.forEach((_, k, bytes) => {
    bytes[k] = k;
  });
  const selected = selectImages(arrays, [2, 0, 2]);
  expect([...selected.images]).toEqual([6, 7, 8, 0, 1, 2, 6, 7, 8]);
  expect([...selected.labels]).toEqual([7, 5, 7]);
  imageAt(selected, 0).fill(0);
  expect(arrays.images[6]).toBe(6);
});

test('images lie in shared memory, which workers read without a copy', () => {
  const { images, labels } = allocateImages(2, [4, 5, 3]);
  expect(images.buffer).toBeInstanceOf(SharedArrayBuffer);
  expect(labels.buffer).toBeInstanceOf(SharedArrayBuffer);
  expect(images).toHaveLength(120);
});
