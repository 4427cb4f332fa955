import { expect, test } from 'vitest';
import { createRng } from './rng.js';
import { numBucketsOf, shuffled } from './shuffle.js';
import { runAtOnce, type Steps } from './stepwise.js';

function* countUp(target: Int32Array): Steps<void> {
  for (let position = 0; position < target.length; position++) target[position] = position;
  yield;
}
const shuffle = (length: number, seed: string): Int32Array => runAtOnce(shuffled(length, countUp, createRng(seed)));
/** As text, which compares faster than arrays. */
const bits = (values: Int32Array): string => Buffer.from(values.buffer).toString('base64');

test.each([
  { length: 1, numBuckets: 1 },
  { length: 65_536, numBuckets: 1 },
  { length: 65_537, numBuckets: 2 },
  { length: 131_073, numBuckets: 4 },
  { length: 21_000_000, numBuckets: 512 },
])('$length elements go through $numBuckets buckets', ({ length, numBuckets }) => {
  expect(numBucketsOf(length)).toBe(numBuckets);
});

test.each([1, 2, 1000, 65_536, 65_537, 200_000])('%d elements: each once, in another order for each seed', (length) => {
  const values = shuffle(length, 'a');
  const inOrder = Int32Array.from({ length }, (_, position) => position);
  expect(bits(values.toSorted())).toBe(bits(inOrder));
  expect(bits(shuffle(length, 'a'))).toBe(bits(values));
  if (length > 2) expect(bits(shuffle(length, 'b'))).not.toBe(bits(values));
});

test('half of the elements change sides, also between buckets', () => {
  const length = 131_072;
  const moved = shuffle(length, 'sides')
    .subarray(0, length / 2)
    .filter((value) => value >= length / 2).length;
  // Drawn without replacement: mean length / 4, deviation about √length / 4 = 91.
  expect(Math.abs(moved - length / 4)).toBeLessThan(4 * 91);
});
