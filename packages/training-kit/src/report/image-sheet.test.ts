import sharp from 'sharp';
import { expect, test } from 'vitest';
import { type InlineImage, toFilterSheet, toInlineImage } from './image-sheet.js';

async function decode({ dataUri }: InlineImage) {
  const [head, base64] = dataUri.split(',');
  expect(head).toBe('data:image/png;base64');
  const { data, info } = await sharp(Buffer.from(base64!, 'base64')).raw().toBuffer({ resolveWithObject: true });
  const at = (x: number, y: number) => {
    const from = (y * info.width + x) * info.channels;
    return [...data.subarray(from, from + info.channels)];
  };
  return { at, width: info.width, height: info.height };
}

test('a 2 × 2 picture becomes four sharp squares', async () => {
  const data = new Uint8Array([255, 0, 0, 0, 255, 0, 0, 0, 255, 10, 20, 30]);
  const image = await toInlineImage({ data, width: 2, height: 2, channels: 3 });
  expect(image).toMatchObject({ width: 128, height: 128, isEnlarged: true });
  const { at } = await decode(image);
  for (const [x, y] of [
    [0, 0],
    [63, 63],
  ] as const)
    expect(at(x, y)).toEqual([255, 0, 0]);
  for (const [x, y] of [
    [64, 0],
    [127, 63],
  ] as const)
    expect(at(x, y)).toEqual([0, 255, 0]);
  expect(at(63, 64)).toEqual([0, 0, 255]);
  expect(at(64, 64)).toEqual([10, 20, 30]);
});

test('a large picture with transparency stays as it is', async () => {
  const data = new Uint8ClampedArray(200 * 1 * 4).fill(77);
  const image = await toInlineImage({ data, width: 200, height: 1, channels: 4 });
  expect(image).toMatchObject({ width: 200, height: 1, isEnlarged: false });
  expect((await decode(image)).at(199, 0)).toEqual([77, 77, 77, 77]);
});

test('colour filters are stretched one by one, with clear gaps', async () => {
  // [1, 1, 3, 2]: filter 0 is (-1, 0, 1), filter 1 is (5, 5, 7).
  const values = new Float32Array([-1, 5, 0, 5, 1, 7]);
  const { image, numNonFinite } = await toFilterSheet({ values, shape: [1, 1, 3, 2] });
  expect(numNonFinite).toBe(0);
  const { at, width, height } = await decode(image);
  expect([width, height]).toEqual([48 + 4 + 48, 48]);
  expect(at(0, 0)).toEqual([0, 128, 255, 255]);
  expect(at(47, 47)).toEqual([0, 128, 255, 255]);
  expect(at(50, 20)[3]).toBe(0);
  expect(at(52, 0)).toEqual([0, 0, 255, 255]);
});

test('other filters are rows of grey tiles, a tile for each channel', async () => {
  // [1, 2, 2, 1]: channel 0 is (0, 2), channel 1 is (1, 4).
  const { image } = await toFilterSheet({ values: [0, 1, 2, 4], shape: [1, 2, 2, 1] });
  const { at, width, height } = await decode(image);
  expect([width, height]).toEqual([48 + 4 + 48, 24]);
  expect([at(0, 0), at(24, 0), at(52, 0), at(76, 0)].map(([grey]) => grey)).toEqual([0, 128, 64, 255]);
});

test('constant and non-finite filters are mid grey', async () => {
  const { image, numNonFinite } = await toFilterSheet({ values: [3, NaN], shape: [1, 1, 1, 2] });
  expect(numNonFinite).toBe(1);
  const { at } = await decode(image);
  expect([at(0, 0), at(52, 0)]).toEqual([
    [128, 128, 128, 255],
    [128, 128, 128, 255],
  ]);
});

test('sizes that do not fit are refused', async () => {
  await expect(toInlineImage({ data: new Uint8Array(11), width: 2, height: 2, channels: 3 })).rejects.toThrow(
    new RangeError('Image has 11 bytes, expected 12 (2 × 2 pixels × 3 channels).'),
  );
  await expect(toFilterSheet({ values: [1, 2], shape: [1, 1, 3, 1] })).rejects.toThrow(
    new RangeError('Filters: 2 values, expected 3 for shape [1, 1, 3, 1].'),
  );
});
