import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import sharp, { type Sharp } from 'sharp';
import { expect, test } from 'vitest';
import { temporaryFolder } from '../../test/temporary-folder.js';
import { decodeImage, imageSize } from './decoded-image.js';

const folder = temporaryFolder();

/** Red grows to the right, green downwards. */
const ramp = Buffer.from(Array.from({ length: 64 * 96 }, (_, i) => [2 * (i % 96), 3 * Math.floor(i / 96), 50]).flat());
const source = () => sharp(ramp, { raw: { width: 96, height: 64, channels: 3 } });

async function write(name: string, image: Sharp): Promise<string> {
  const file = join(folder, name);
  await image.toFile(file);
  return file;
}

test('pixels of a lossless file as they are', async () => {
  const image = await decodeImage(await write('a.png', source()), { minDensity: 1 });
  expect(image).toMatchObject({ width: 96, height: 64, fullWidth: 96, fullHeight: 64 });
  expect(Buffer.compare(image.pixels, ramp)).toBe(0);
  expect(await imageSize(join(folder, 'a.png'))).toEqual({ width: 96, height: 64 });
});

test.each([
  { minDensity: 0.51, width: 96 },
  { minDensity: 0.5, width: 48 },
  { minDensity: 0.2, width: 24 },
  { minDensity: 0.01, width: 12 },
])('density $minDensity: decoded $width wide, in place', async ({ minDensity, width }) => {
  const file = await write('a.jpg', source().jpeg({ quality: 100, chromaSubsampling: '4:4:4' }));
  const image = await decodeImage(file, { minDensity });
  expect(image).toMatchObject({ width, height: (width * 2) / 3, fullWidth: 96, fullHeight: 64 });
  const shrink = 96 / width;
  const [x, y] = [Math.floor(width / 2), Math.floor(image.height / 2)];
  const at = 3 * (y * width + x);
  // The middle of a shrunk pixel lies at (x + ½) · shrink − ½ of the whole image.
  expect(Math.abs(image.pixels[at]! - 2 * ((x + 0.5) * shrink - 0.5))).toBeLessThan(3);
  expect(Math.abs(image.pixels[at + 1]! - 3 * ((y + 0.5) * shrink - 0.5))).toBeLessThan(3);
});

test('grey and transparent images become three channels', async () => {
  for (const image of [source().greyscale(), source().ensureAlpha(0.5)]) {
    const { pixels } = await decodeImage(await write('b.png', image), { minDensity: 1 });
    expect(pixels).toHaveLength(96 * 64 * 3);
  }
});

test('a photograph turned by its EXIF: as stored, or upright when asked', async () => {
  const file = await write('turned.jpg', source().withMetadata({ orientation: 6 }).jpeg());
  expect(await decodeImage(file, { minDensity: 1 })).toMatchObject({ width: 96, fullWidth: 96 });
  expect(await decodeImage(file, { minDensity: 1, isOriented: true })).toMatchObject({ width: 64, fullWidth: 64 });
});

test('what cannot be decoded says so', async () => {
  const file = await write('whole.jpg', source().jpeg());
  const bytes = readFileSync(file);
  const [cut, text] = [join(folder, 'cut.jpg'), join(folder, 'text.jpg')];
  writeFileSync(cut, bytes.subarray(0, bytes.length / 2));
  writeFileSync(text, 'not an image');
  await expect(decodeImage(cut, { minDensity: 1 })).rejects.toThrow(/^it cannot be decoded \(.+\)$/);
  await expect(decodeImage(text, { minDensity: 1 })).rejects.toThrow(/^it cannot be decoded \(.+\)$/);
  await expect(imageSize(text)).rejects.toThrow(/^it cannot be decoded \(.+\)$/);
  await expect(decodeImage(join(folder, 'none.jpg'), { minDensity: 1 })).rejects.toThrow('there is no such file');
});
