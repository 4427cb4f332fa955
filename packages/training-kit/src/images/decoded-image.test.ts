import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { crc32 } from 'node:zlib';
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
  expect(await decodeImage(readFileSync(join(folder, 'a.png')))).toEqual(image);
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

test('a photograph turned by its EXIF comes upright at every density, and so does its size', async () => {
  const file = await write('turned.jpg', source().withMetadata({ orientation: 6 }).jpeg());
  const full = { fullWidth: 64, fullHeight: 96 };
  expect(await decodeImage(file)).toMatchObject({ width: 64, height: 96, ...full });
  expect(await decodeImage(file, { minDensity: 0.5 })).toMatchObject({ width: 32, height: 48, ...full });
  expect(await imageSize(file)).toEqual({ width: 64, height: 96 });
});

test('what is hidden under transparency is not seen, at any density', async () => {
  // Two cut-outs that look alike: the middle third is opaque, the rest has hidden colours of its own.
  const cutOut = (hidden: number) => {
    const pixels = Array.from({ length: 24 * 24 }, (_, i) => (i % 24 > 7 && i % 24 < 16 ? [9, 8, 7, 255] : [hidden, 40, 50, 0])); // prettier-ignore
    return sharp(Buffer.from(pixels.flat()), { raw: { width: 24, height: 24, channels: 4 } }).png();
  };
  const [one, other] = [await write('one.png', cutOut(0)), await write('other.png', cutOut(200))];
  for (const minDensity of [1, 0.5, 0.25]) {
    const { pixels } = await decodeImage(one, { minDensity });
    expect([...pixels.subarray(0, 3)]).toEqual([255, 255, 255]);
    expect(Buffer.compare((await decodeImage(other, { minDensity })).pixels, pixels)).toBe(0);
  }
});

test('the size is refused where decoding is, from the head alone', async () => {
  const named = (name: string, content: string) => {
    writeFileSync(join(folder, name), content);
    return join(folder, name);
  };
  const gif = named('gif.jpg', 'GIF89a');
  for (const read of [decodeImage, imageSize]) {
    await expect(read(gif)).rejects.toThrow(/^it is a GIF image, expected JPEG, PNG or WebP$/);
    await expect(read(folder)).rejects.toThrow(/^it is not a file$/);
    await expect(read(join(folder, 'none.jpg'))).rejects.toThrow(/^there is no such file$/);
  }
  const large = await write('large.png', source().resize(96, 64));
  const bytes = readFileSync(large);
  bytes.writeUInt32BE(16_000, 16);
  bytes.writeUInt32BE(16_000, 20);
  bytes.writeUInt32BE(crc32(bytes.subarray(12, 29)), 29);
  writeFileSync(large, bytes);
  for (const read of [decodeImage, imageSize]) {
    await expect(read(large)).rejects.toThrow(
      /^it has 16000 × 16000 pixels, 256 000 000 in all, expected 67 108 864 at most$/,
    );
  }
});

test('what cannot be decoded says so', async () => {
  const file = await write('whole.jpg', source().jpeg());
  const bytes = readFileSync(file);
  const [cut, text] = [join(folder, 'cut.jpg'), join(folder, 'text.jpg')];
  writeFileSync(cut, bytes.subarray(0, bytes.length / 2));
  writeFileSync(text, 'not an image');
  await expect(decodeImage(cut, { minDensity: 1 })).rejects.toThrow(/^it cannot be decoded \(.+\)$/);
  for (const read of [decodeImage, imageSize]) {
    await expect(read(text)).rejects.toThrow(/^it is no JPEG, PNG or WebP image; it starts with 6e6f7420$/);
  }
  await expect(decodeImage(join(folder, 'none.jpg'), { minDensity: 1 })).rejects.toThrow('there is no such file');
});
