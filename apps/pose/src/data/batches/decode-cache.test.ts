import { expect, test } from 'vitest';
import { createDecodeCache } from './decode-cache.js';

const image = (bytes: number) => ({ pixels: new Uint8Array(bytes), width: 1, height: 1, fullWidth: 1, fullHeight: 1 });

test('keeps what fits; the longest unused goes first', async () => {
  const cache = createDecodeCache(100);
  const loaded: number[] = [];
  const get = (key: number, bytes = 40) =>
    cache.get(key, () => {
      loaded.push(key);
      return Promise.resolve(image(bytes));
    });
  await get(1);
  await get(2);
  await get(1);
  await get(3); // 2 is the longest unused
  expect(cache.sizeBytes).toBe(80);
  await get(1);
  await get(2);
  expect(loaded).toEqual([1, 2, 3, 2]);
  await get(9, 101); // larger than the whole
  await get(9, 101);
  expect(loaded).toEqual([1, 2, 3, 2, 9, 9]);
  expect(cache.sizeBytes).toBeLessThanOrEqual(100);
});

test('a failed load is not kept', async () => {
  const cache = createDecodeCache(100);
  await expect(cache.get(1, () => Promise.reject(new Error('broken')))).rejects.toThrow('broken');
  await expect(cache.get(1, () => Promise.resolve(image(1)))).resolves.toEqual(image(1));
});
