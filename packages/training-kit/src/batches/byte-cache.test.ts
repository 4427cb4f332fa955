import { expect, test } from 'vitest';
import { createByteCache } from './byte-cache.js';

/** Value i has 10 · i bytes. */
function cacheOf(maxBytes: number) {
  const loaded: number[] = [];
  const cache = createByteCache({
    maxBytes,
    load: (key) => {
      loaded.push(key);
      return { numBytes: 10 * key };
    },
    sizeBytesOf: ({ numBytes }) => numBytes,
  });
  return { cache, loaded };
}

test('the longest unused go first', async () => {
  const { cache, loaded } = cacheOf(60);
  for (const key of [1, 2, 3, 1]) await cache.get(key);
  expect(cache.sizeBytes).toBe(60);
  await cache.get(2.5); // 2 goes, then 3
  expect(cache.sizeBytes).toBe(35);
  for (const key of [1, 2.5, 3]) await cache.get(key);
  expect(loaded).toEqual([1, 2, 3, 2.5, 3]);
});

test('a value above the limit is not kept, and empties nothing', async () => {
  const { cache, loaded } = cacheOf(20);
  for (const key of [1, 3, 3, 1]) await cache.get(key);
  expect(loaded).toEqual([1, 3, 3]);
  expect(cache.sizeBytes).toBe(10);
});

test('two calls at once: both load, and one value is held', async () => {
  const { cache, loaded } = cacheOf(100);
  await Promise.all([cache.get(1), cache.get(1)]);
  expect(loaded).toEqual([1, 1]);
  expect(cache.sizeBytes).toBe(10);
});

test('neither a failed load nor an empty one is kept', async () => {
  const answers = [() => Promise.reject(new Error('broken')), () => undefined, () => ({ numBytes: 1 })];
  let numLoads = 0;
  const cache = createByteCache({ maxBytes: 100, load: () => answers[numLoads++]!(), sizeBytesOf: () => 1 });
  await expect(cache.get(0)).rejects.toThrow('broken');
  await expect(cache.get(0)).resolves.toBeUndefined();
  for (let time = 0; time < 2; time++) await expect(cache.get(0)).resolves.toEqual({ numBytes: 1 });
  expect(numLoads).toBe(3);
});
