import { describe, expect, test } from 'vitest';
import { centreView, type ImageView, type Stretch } from './image-view.js';
import { resample, tapsOf } from './resample.js';

const whole = (length: number, resized: number): Stretch => ({ start: 0, length, resized, first: 0, count: resized });
const asBytes = { gain: [1, 1, 1], offset: [0, 0, 0] } as const;

/** Red, green, blue of the pixel in `column` and `row`. */
type Painter = (column: number, row: number) => readonly [number, number, number];

/** Squares of 2×2 pixels, white at the top left. */
const checkerboard: Painter = (column, row) => (((column >> 1) + (row >> 1)) % 2 === 0 ? [255, 255, 255] : [0, 0, 0]);

/** Told from its mirror by its shade. */
const shaded: Painter = (column, row) => [111, (8 * column + 15) % 256, (9 * row) % 256];

/** uint8 [height, width, 3] */
function paint(width: number, height: number, painter: Painter): Uint8Array {
  return Uint8Array.from(
    Array.from({ length: width * height }, (_, i) => painter(i % width, Math.floor(i / width))).flat(),
  );
}

function resampled(data: Uint8Array, [width]: readonly [number, number], view: ImageView): Float32Array {
  const out = new Float32Array(3 * view.columns.count * view.rows.count).fill(NaN);
  resample({ pixels: data, width }, view, asBytes, out);
  return out;
}

describe('weights of one axis', () => {
  const weights = (stretch: Stretch) => {
    const { starts, counts, weights: all, maxTaps } = tapsOf(stretch);
    return Array.from(starts, (start, i) => ({
      start,
      weights: [...all.subarray(i * maxTaps, i * maxTaps + counts[i]!)].map((weight) => Number(weight.toFixed(4))),
    }));
  };

  test('the same size: each pixel is itself', () => {
    const { starts, counts, weights: all, maxTaps } = tapsOf(whole(3, 3));
    for (const i of [0, 1, 2]) {
      const own = all.subarray(i * maxTaps, i * maxTaps + counts[i]!);
      expect(own[i - starts[i]!]).toBe(1);
      expect(own.filter((weight) => weight !== 0)).toHaveLength(1);
    }
  });

  test('4 to 2: a triangle over four pixels, cut at the border', () => {
    // Centres 1 and 3, reach 2: pixel centres at 0.5, 1.5, 2.5, 3.5 are 0.5, 0.5, 1.5, 2.5 away from the first.
    expect(weights(whole(4, 2))).toEqual([
      { start: 0, weights: [0.4286, 0.4286, 0.1429] }, // 3/7, 3/7, 1/7
      { start: 1, weights: [0.1429, 0.4286, 0.4286] },
    ]);
  });

  test('2 to 4: between two pixels, nothing beyond the border', () => {
    expect(weights(whole(2, 4))).toEqual([
      { start: 0, weights: [1] },
      { start: 0, weights: [0.75, 0.25] },
      { start: 0, weights: [0.25, 0.75] },
      { start: 1, weights: [1] },
    ]);
  });

  test('a part of the result has the weights that the whole has there', () => {
    const all = weights(whole(100, 37));
    expect(weights({ start: 0, length: 100, resized: 37, first: 11, count: 9 })).toEqual(all.slice(11, 20));
  });

  test('a part of the source begins where it begins, and knows nothing beyond', () => {
    const shifted = weights({ start: 30, length: 4, resized: 2, first: 0, count: 2 });
    expect(shifted.map(({ start }) => start)).toEqual([30, 31]);
  });

  test.each([
    [1, 224],
    [65_535, 7],
    [7, 65_535],
    [1, 1],
  ])('%d to %d: weights add up to 1 and stay inside', (length, resized) => {
    const { starts, counts, weights: all, maxTaps } = tapsOf(whole(length, resized));
    for (const i of [0, 1, resized >> 1, resized - 1].filter((place) => place < resized)) {
      const own = all.subarray(i * maxTaps, i * maxTaps + counts[i]!);
      expect(own.reduce((sum, weight) => sum + weight, 0)).toBeCloseTo(1, 4);
      expect(starts[i]).toBeGreaterThanOrEqual(0);
      expect(starts[i]! + counts[i]!).toBeLessThanOrEqual(length);
    }
  });
});

describe('images', () => {
  const bytes = paint(8, 8, shaded);

  test('the same size: the same bytes; mirrored: from right to left', () => {
    const view = { columns: whole(8, 8), rows: whole(8, 8) };
    expect(Array.from(resampled(bytes, [8, 8], { ...view, isFlipped: false }))).toEqual([...bytes]);
    const mirrored = paint(8, 8, (column, row) => shaded(7 - column, row));
    expect(Array.from(resampled(bytes, [8, 8], { ...view, isFlipped: true }))).toEqual([...mirrored]);
  });

  test('a checkerboard of 2×2 squares, halved: three parts of a square and one of each neighbour', () => {
    const board = paint(8, 8, checkerboard);
    const view = { columns: whole(8, 4), rows: whole(8, 4), isFlipped: false };
    const result = resampled(board, [8, 8], view);
    // Inside, along one axis, a white pixel becomes (1 + 3 + 3 + 1)/8 with 1s of the other colour: 3/4 of itself. Both
    // axes: white ↔ 3/4 · 3/4 + 1/4 · 1/4 = 5/8.
    expect(result[3 * (4 + 1)]).toBeCloseTo((5 / 8) * 255, 3);
    expect(result[3 * (4 + 2)]).toBeCloseTo((3 / 8) * 255, 3);
    // In the corner 6/7 of itself along each axis.
    expect(result[0]).toBeCloseTo((37 / 49) * 255, 3);
  });

  test('gain and offset are the channel’s own', () => {
    const out = new Float32Array(3);
    const image = { pixels: Uint8Array.of(10, 20, 30), width: 1, height: 1 };
    const view = { columns: whole(1, 1), rows: whole(1, 1), isFlipped: false };
    resample(image, view, { gain: [1, 2, 3], offset: [5, 6, 7] }, out);
    expect([...out]).toEqual([15, 46, 97]);
  });

  test('very long images cost what is kept of them', () => {
    const long = new Uint8Array(3 * 65_535 * 4).fill(77);
    for (const size of [
      [65_535, 4],
      [4, 65_535],
    ] as const) {
      const view = centreView({ width: size[0], height: size[1] }, { shorterSide: 256, size: 224 });
      for (const stretch of [view.columns, view.rows]) {
        const { starts, counts } = tapsOf(stretch);
        const ends = starts.map((start, i) => start + counts[i]!);
        expect(Math.max(...counts)).toBeLessThanOrEqual(3);
        // Of the long side, 256 · 65 535 / 4 when resized, 224 pixels are kept: those of 3.5 pixels and their neighbours.
        expect(Math.max(...ends) - Math.min(...starts)).toBeLessThanOrEqual(6);
      }
      const result = resampled(long, size, view);
      expect(result.every((value) => Math.abs(value - 77) < 1e-3)).toBe(true);
    }
  });
});
