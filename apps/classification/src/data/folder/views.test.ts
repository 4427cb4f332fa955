import { createRng } from 'rpg-core';
import { centreView, resample } from 'rpg-core/prepare-image';
import sharp from 'sharp';
import { describe, expect, test } from 'vitest';
import { paint, shaded } from '../../../test/image-folder-fixture.js';
import { type Crop, drawCrop, drawView, evaluationPreparation } from './views.js';

/** Gives the numbers of `uniform` in turn, and half of what `below` allows. */
function fixedDraws(...uniforms: number[]): Parameters<typeof drawCrop>[1] {
  return { uniform: () => uniforms.shift() ?? 0.5, below: (bound) => Math.floor(bound / 2) };
}

describe('drawCrop', () => {
  test.each<{ draws: number[]; size: [number, number]; crop: Crop; why: string }>([
    // area share 0.08 + 0.92 u, ratio 3/4 · (16/9)^u
    {
      draws: [0.25, 0.5],
      size: [100, 50],
      crop: { width: 39, height: 39, left: 31, top: 6 },
      why: '0.31 · 5000 = 1550, 1 : 1, √1550 = 39.4; 12 and 62 places',
    },
    {
      draws: [0.25, 0],
      size: [100, 50],
      crop: { width: 34, height: 45, left: 33, top: 3 },
      why: '3 : 4 of 1550: √1162.5 = 34.1, √2066.7 = 45.5; 67 and 6 places',
    },
    {
      draws: [0.25, 1],
      size: [100, 50],
      crop: { width: 45, height: 34, left: 28, top: 8 },
      why: '4 : 3, the sides change places; 56 and 17 places',
    },
    {
      draws: [1, 0.5],
      size: [60, 60],
      crop: { width: 60, height: 60, left: 0, top: 0 },
      why: 'the whole image: one place',
    },
    {
      draws: [0.5, 0.5, 0.25, 0.5],
      size: [100, 50],
      crop: { width: 39, height: 39, left: 31, top: 6 },
      why: '√2700 = 52 does not fit in 50: drawn again',
    },
    {
      draws: [],
      size: [300, 10],
      crop: { width: 13, height: 10, left: 143, top: 0 },
      why: 'nothing fits ten times: the centre, 4 : 3',
    },
    { draws: [], size: [10, 300], crop: { width: 10, height: 13, left: 0, top: 143 }, why: 'the centre, 3 : 4' },
    { draws: [], size: [1, 1], crop: { width: 1, height: 1, left: 0, top: 0 }, why: '√0.54 rounds to 1' },
    {
      draws: new Array<number>(20).fill(0),
      size: [1, 1],
      crop: { width: 1, height: 1, left: 0, top: 0 },
      why: '√0.06 rounds to 0 ten times: the centre',
    },
  ])('$size: $why', ({ draws, size: [width, height], crop }) => {
    expect(drawCrop({ width, height }, fixedDraws(...draws))).toEqual(crop);
  });

  test('area and shape are spread as they should be', () => {
    const rng = createRng('crops');
    const size = { width: 2000, height: 2000 };
    const crops = Array.from({ length: 30_000 }, () => drawCrop(size, rng));
    for (const { left, top, width, height } of crops) {
      expect(left + width).toBeLessThanOrEqual(2000);
      expect(top + height).toBeLessThanOrEqual(2000);
    }
    // Up to 3/4 of a square every shape fits: there, none is drawn again.
    const free = crops.filter(({ width, height }) => width * height <= 0.75 * 2000 ** 2);
    const areas = free.map(({ width, height }) => ((width * height) / 2000 ** 2 - 0.08) / (0.75 - 0.08));
    const shapes = free.map(({ width, height }) => Math.log((4 / 3) * (width / height)) / Math.log(16 / 9));
    const places = free.map(({ left, width }) => (left + 0.5) / (2001 - width));
    for (const shares of [areas, shapes, places]) expect(chiSquare(shares)).toBeLessThan(CHI_SQUARE_9_AT_0_1_PERCENT);
    // All of it: 0.75 to 1 comes up less often, since wide and tall ones do not fit there.
    expect(free.length / crops.length).toBeGreaterThan(0.67 / 0.92);
  });
});

const CHI_SQUARE_9_AT_0_1_PERCENT = 27.9;

/** Distance of numbers in 0..1 from an even spread over ten bins: chi-square with 9 degrees of freedom. */
function chiSquare(shares: readonly number[]): number {
  const counts = new Array<number>(10).fill(0);
  for (const share of shares) counts[Math.min(9, Math.max(0, Math.floor(10 * share)))]!++;
  const expected = shares.length / 10;
  return counts.reduce((sum, count) => sum + (count - expected) ** 2 / expected, 0);
}

test('drawView: half of the views are mirrored, none where flip is off, and a view is the path’s own', () => {
  const views = (flip: boolean) =>
    Array.from({ length: 2000 }, (_, i) =>
      drawView({ width: 90, height: 70 }, { imageSize: 64, flip }, createRng('views').fork(i)),
    );
  const numFlipped = views(true).filter(({ isFlipped }) => isFlipped).length;
  expect(Math.abs(numFlipped - 1000)).toBeLessThan(112); // 5 standard deviations
  expect(views(false).some(({ isFlipped }) => isFlipped)).toBe(false);
  expect(views(true)).toEqual(views(true));
  expect(views(true)[0]!.columns).toMatchObject({ resized: 64, first: 0, count: 64 });
});

describe('centreView', () => {
  test.each([
    // 224: shorter side 256, the longer one rounded down, centre of 224
    { size: [500, 375], imageSize: 224, columns: [341, 59], rows: [256, 16], why: '256 · 500 / 375 = 341.3' },
    { size: [375, 500], imageSize: 224, columns: [256, 16], rows: [341, 59], why: 'upright' },
    { size: [64, 64], imageSize: 64, columns: [73, 5], rows: [73, 5], why: '64 · 256 / 224 = 73.1' },
    { size: [20, 20], imageSize: 7, columns: [8, 1], rows: [8, 1], why: 'half a pixel is rounded up' },
  ] as const)('$size to $imageSize: $why', ({ size: [width, height], imageSize, columns, rows }) => {
    const view = centreView({ width, height }, evaluationPreparation(imageSize));
    expect(view).toEqual({
      columns: { start: 0, length: width, resized: columns[0], first: columns[1], count: imageSize },
      rows: { start: 0, length: height, resized: rows[0], first: rows[1], count: imageSize },
      isFlipped: false,
    });
  });

  test.each([
    [90, 61, 40],
    [61, 90, 24],
  ])('%d × %d to %d: as libvips reduces with its linear kernel, to a grey level', async (width, height, imageSize) => {
    const data = paint(width, height, shaded(1));
    const view = centreView({ width, height }, evaluationPreparation(imageSize));
    const mine = new Float32Array(3 * imageSize ** 2).fill(NaN);
    resample({ pixels: data, width }, view, { gain: [1, 1, 1], offset: [0, 0, 0] }, mine);
    const theirs = await sharp(data, { raw: { width, height, channels: 3 } })
      .resize(view.columns.resized, view.rows.resized, { fit: 'fill', kernel: 'linear' })
      .extract({ left: view.columns.first, top: view.rows.first, width: imageSize, height: imageSize })
      .raw()
      .toBuffer();
    const differences = Array.from(theirs, (byte, i) => Math.abs(byte - mine[i]!));
    expect(differences.reduce((sum, difference) => sum + difference, 0) / differences.length).toBeLessThan(1);
  });
});
