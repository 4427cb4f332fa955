import fc from 'fast-check';
import { expect, test } from 'vitest';
import { describeRange, knownRange, rangeColours, tile } from './surface-colours.js';

test('the ends of the range, what lies beyond, and missing pixels', () => {
  const dark = [68, 1, 84];
  const yellow = [253, 231, 37];
  const values = Float32Array.of(1, 3, 0, 9, 2);
  const colours = rangeColours(values, { low: 1, high: 3 }, Float32Array.of(1, 1, 1, 1, 0));
  expect([...colours]).toEqual([...dark, ...yellow, ...dark, ...yellow, 128, 128, 128]);
  expect([...rangeColours(Float32Array.of(2), { low: 2, high: 2 })]).toEqual(dark);
});

test('the range of what is known', () => {
  const values = Float32Array.of(4, 0, 2, 9);
  expect(knownRange(values)).toEqual({ low: 0, high: 9 });
  expect(knownRange(values, Float32Array.of(1, 0, 1, 0))).toEqual({ low: 2, high: 4 });
  expect(knownRange(values, new Float32Array(4))).toBeUndefined();
  expect(describeRange({ low: 0.816, high: 5.1 })).toBe('dark 0.82 m, yellow 5.10 m');
});

test('four pictures of two pixels a side, enlarged', () => {
  const plain = (value: number) => new Uint8Array(12).fill(value);
  const corner = plain(10);
  corner.set([1, 2, 3], 9); // the lower right pixel
  const { data, width, height } = tile(
    [
      [corner, plain(20)],
      [plain(30), plain(40)],
    ],
    2,
    5,
  );
  expect([width, height]).toEqual([14, 14]); // 6 + 2 + 6
  const at = (x: number, y: number) => [...data.subarray(3 * (y * 14 + x), 3 * (y * 14 + x) + 3)];
  expect([at(0, 0), at(2, 5), at(3, 3), at(5, 5)]).toEqual([
    [10, 10, 10],
    [10, 10, 10],
    [1, 2, 3],
    [1, 2, 3],
  ]);
  expect([at(6, 0), at(0, 7), at(8, 0), at(0, 8), at(13, 13)].map(([red]) => red)).toEqual([255, 255, 20, 30, 40]);
});

test('large pictures stay as they are; the size follows from count and side', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 40 }), fc.integer({ min: 1, max: 4 }), (size, count) => {
      const { data, width, height } = tile([Array<Uint8Array>(count).fill(new Uint8Array(3 * size * size))], size, 20);
      expect(data).toHaveLength(3 * width * height);
      expect(height).toBe(size * Math.ceil(Math.max(1, 20 / size)));
      expect(width).toBe(count * height + (count - 1) * Math.max(2, Math.round(height / 32)));
    }),
  );
});
