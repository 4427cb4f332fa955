import { expect, test } from 'vitest';
import { firstLoadable, MAX_TRIES } from './stand-in.js';

const shuffled = Uint32Array.of(3, 0, 4, 1, 2);
const loaderWithout =
  (...unreadable: number[]) =>
  (example: number) =>
    Promise.resolve(unreadable.includes(example) ? undefined : { pixels: `of ${example}` });

test.each([
  { unreadable: [], place: 1, example: 0 },
  { unreadable: [0], place: 1, example: 4 },
  { unreadable: [0, 4], place: 1, example: 1 },
  { unreadable: [2], place: 4, example: 3 }, // after the last comes the first
  { unreadable: [2, 3, 0, 4], place: 4, example: 1 },
])('place $place without $unreadable: example $example', async ({ unreadable, place, example }) => {
  const found = await firstLoadable(shuffled, place, loaderWithout(...unreadable));
  expect(found).toEqual({ example, loaded: { pixels: `of ${example}` } });
});

test('nothing when no one can be read, after each was tried once', async () => {
  const tried: number[] = [];
  const none = (example: number) => {
    tried.push(example);
    return Promise.resolve(undefined);
  };
  expect(await firstLoadable(shuffled, 3, none)).toBeUndefined();
  expect(tried).toEqual([1, 2, 3, 0, 4]);
});

test('a hundred in a row are enough', async () => {
  let numTried = 0;
  const none = () => {
    numTried++;
    return Promise.resolve(undefined);
  };
  const many = Uint32Array.from({ length: 1000 }, (_, i) => i);
  expect(await firstLoadable(many, 950, none)).toBeUndefined();
  expect(numTried).toBe(MAX_TRIES);
});

test('what the loader throws goes on', async () => {
  const fails = () => Promise.reject(new Error('the disk is gone'));
  await expect(firstLoadable(shuffled, 0, fails)).rejects.toThrow('the disk is gone');
});
