import { expect, test } from 'vitest';
import { firstDifference } from './first-difference.js';

test.each([
  [{ a: 1 }, { a: 1 }, undefined],
  [{ batchSize: 128, seed: 1 }, { batchSize: 256, seed: 2 }, 'batchSize is 128 and 256'],
  [{ a: 1 }, { b: 1 }, 'a is 1 and not set'],
  [
    { splits: { train: { digest: 'x' } } },
    { splits: { train: { digest: 'y' } } },
    'splits.train.digest is "x" and "y"',
  ],
  [{ list: [1, 2] }, { list: [1, 3] }, 'list is [1,2] and [1,3]'],
  [{ text: 'x'.repeat(200) }, { text: null }, `text is "${'x'.repeat(59)}… and null`],
])('%j %j', (one, other, expected) => {
  expect(firstDifference(one, other)).toBe(expected);
});
