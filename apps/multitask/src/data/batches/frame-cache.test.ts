import { expect, test } from 'vitest';
import { exactSurfaces, type Frame } from '../frames/frame.js';
import { createFrameCache } from './frame-cache.js';

const frameOf = (sizeBytes: number): Frame => ({
  width: 1,
  height: 1,
  levels: [],
  surfaces: exactSurfaces(new Float32Array(1), new Float32Array(3), 1),
  sizeBytes,
});

/** Frame i has 10 · i bytes. */
function cacheOf(maxBytes: number) {
  const loaded: number[] = [];
  const cache = createFrameCache(maxBytes, (example) => {
    loaded.push(example);
    return frameOf(10 * example);
  });
  return { cache, loaded };
}

test('the longest unused go first', async () => {
  const { cache, loaded } = cacheOf(60);
  for (const example of [1, 2, 3, 1]) await cache.get(example);
  expect(cache.sizeBytes).toBe(60);
  await cache.get(2.5); // 2 goes, then 3
  expect(cache.sizeBytes).toBe(35);
  for (const example of [1, 2.5, 3]) await cache.get(example);
  expect(loaded).toEqual([1, 2, 3, 2.5, 3]);
});

test('a frame above the limit is not kept, and empties nothing', async () => {
  const { cache, loaded } = cacheOf(20);
  for (const example of [1, 3, 3, 1]) await cache.get(example);
  expect(loaded).toEqual([1, 3, 3]);
});

test('a failed load is not kept', async () => {
  let isBroken = true;
  const cache = createFrameCache(100, () => {
    if (isBroken) throw new Error('broken');
    return frameOf(1);
  });
  await expect(cache.get(0)).rejects.toThrow('broken');
  isBroken = false;
  await expect(cache.get(0)).resolves.toEqual(expect.objectContaining({ sizeBytes: 1 }));
});
