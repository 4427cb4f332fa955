import fc from 'fast-check';
import { expect, test } from 'vitest';
import { sumInReduceOrder } from './reduce-order.js';

test('one vector is its own sum, two are added as they come', () => {
  expect([...sumInReduceOrder([Float32Array.of(1, 2)])]).toEqual([1, 2]);
  expect([...sumInReduceOrder([Float32Array.of(1, 2), Float32Array.of(0.5, -2)])]).toEqual([1.5, 0]);
});

test('three workers: each chunk of 16 begins at a worker of its own', () => {
  // 1 + 2^-24 rounds to 1, 2^-24 + 2^-24 is kept: the order shows in the last bit.
  const tiny = 2 ** -24;
  const vectors = [1, tiny, tiny].map((value) => new Float32Array(48).fill(value));
  const sum = sumInReduceOrder(vectors);
  expect([sum[0], sum[15]]).toEqual([1, 1]); // (1 + tiny) + tiny
  expect([sum[16], sum[31]]).toEqual([1 + 2 * tiny, 1 + 2 * tiny]); // (tiny + tiny) + 1
  expect([sum[32], sum[47]]).toEqual([1, 1]); // (tiny + 1) + tiny
});

test('whole numbers add up whatever the order, for any number of workers and any length', () => {
  const cases = fc.record({ count: fc.integer({ min: 1, max: 13 }), length: fc.integer({ min: 0, max: 100 }) });
  fc.assert(
    fc.property(cases, ({ count, length }) => {
      const vectors = Array.from({ length: count }, (_, w) => Float32Array.from({ length }, (_, i) => w * 100 + i));
      const expected = Array.from({ length }, (_, i) => (count * (count - 1) * 100) / 2 + count * i);
      expect([...sumInReduceOrder(vectors)]).toEqual(expected);
    }),
  );
});
