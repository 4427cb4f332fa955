import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { crc32 } from 'node:zlib';
import fc from 'fast-check';
import sharp from 'sharp';
import { expect, test } from 'vitest';
import { messageOf, temporaryFolder } from '../../test/temporary-folder.js';
import { readPhoto, thinOut } from './photo.js';

const folder = temporaryFolder();

/** Left half red, right half blue. */
const halves = Buffer.from(Array.from({ length: 20 * 40 }, (_, i) => (i % 40 < 20 ? [200, 0, 0] : [0, 0, 200])).flat());
const source = () => sharp(halves, { raw: { width: 40, height: 20, channels: 3 } });

test('a photograph comes upright and whole', async () => {
  const file = join(folder, 'turned.jpg');
  // 6: to be turned clockwise, so that what is left comes to the top.
  await source().withMetadata({ orientation: 6 }).jpeg({ quality: 100, chromaSubsampling: '4:4:4' }).toFile(file);
  const photo = await readPhoto(file);
  expect(photo).toMatchObject({ width: 20, height: 40, fullWidth: 20, fullHeight: 40 });
  const at = (x: number, y: number) => [...photo.pixels.subarray(3 * (20 * y + x), 3 * (20 * y + x) + 3)];
  expect(at(3, 3)[0]).toBeGreaterThan(190);
  expect(at(16, 3)[0]).toBeGreaterThan(190);
  expect(at(3, 36)[2]).toBeGreaterThan(190);
});

test('16 bits, grey and transparent: three channels of bytes', async () => {
  const deep = join(folder, 'deep.png');
  await source().toColourspace('rgb16').png().toFile(deep);
  expect((await sharp(deep).metadata()).depth).toBe('ushort');
  const file = join(folder, 'grey.webp');
  await source().greyscale().ensureAlpha(0.5).webp().toFile(file);
  for (const image of [deep, file]) expect((await readPhoto(image)).pixels).toHaveLength(40 * 20 * 3);
  expect(Buffer.compare((await readPhoto(deep)).pixels, halves)).toBe(0);
});

/** The start of a PNG that claims to be of this size. */
function pngHead(width: number, height: number): Buffer {
  const header = Buffer.from('IHDR\0\0\0\0\0\0\0\0\x08\x02\0\0\0', 'latin1');
  header.writeUInt32BE(width, 4);
  header.writeUInt32BE(height, 8);
  const checksum = Buffer.alloc(4);
  checksum.writeUInt32BE(crc32(header));
  return Buffer.concat([Buffer.from('89504e470d0a1a0a0000000d', 'hex'), header, checksum]);
}

test('what is no photograph is refused by name', async () => {
  const write = (name: string, content: Buffer | string): string => {
    const file = join(folder, name);
    writeFileSync(file, content);
    return file;
  };
  mkdirSync(join(folder, 'album'));
  const said = (file: string) => messageOf(readPhoto(file), folder);
  expect(await said(join(folder, 'none.jpg'))).toBe('Cannot read DIR/none.jpg: there is no such file.');
  expect(await said(join(folder, 'album'))).toBe('Cannot read DIR/album: it is not a file.');
  expect(await said(write('text.jpg', 'not an image'))).toBe(
    'Cannot read DIR/text.jpg: it is no JPEG, PNG or WebP image; it starts with 6e6f7420.',
  );
  expect(await said(write('empty.jpg', ''))).toBe('Cannot read DIR/empty.jpg: it is empty.');
  expect(await said(write('a.svg', '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>'))).toBe(
    'Cannot read DIR/a.svg: it is an SVG drawing, expected JPEG, PNG or WebP.',
  );
  // IDAT follows, so that the head is complete.
  const huge = Buffer.concat([pngHead(20_000, 30_000), Buffer.from('\0\0\0\x10IDAT', 'latin1'), Buffer.alloc(64)]);
  expect(await said(write('huge.png', huge))).toBe(
    'Cannot read DIR/huge.png: it has 20000 × 30000 pixels, 600 000 000 in all, expected 67 108 864 at most.',
  );
  const whole = await source().jpeg().toBuffer();
  expect(await said(write('cut.jpg', whole.subarray(0, whole.length - 40)))).toMatch(
    /^Cannot read DIR\/cut\.jpg: it cannot be decoded \(.+\)\.$/,
  );
  expect(readFileSync(join(folder, 'text.jpg'), 'utf8')).toBe('not an image');
});

test.each([
  { minDensity: 1, width: 512 },
  { minDensity: 0.51, width: 512 },
  { minDensity: 0.5, width: 256 },
  { minDensity: 0.26, width: 256 },
  { minDensity: 1 / 40, width: 16 },
])('density $minDensity of 512 leaves $width; a fine pattern becomes grey', async ({ minDensity, width }) => {
  // Black and white columns in turn: taking every 32nd would show one colour alone.
  const pixels = Uint8Array.from({ length: 512 * 64 * 3 }, (_, i) => (Math.floor(i / 3) % 2 === 0 ? 0 : 255));
  const size = { width: 512, height: 64, fullWidth: 512, fullHeight: 64 };
  const thinned = await thinOut({ pixels, ...size }, minDensity);
  expect(thinned).toMatchObject({ width, height: width / 8, fullWidth: 512, fullHeight: 64 });
  if (width === 512) expect(thinned.pixels).toBe(pixels);
  else {
    const inner = thinned.pixels.subarray(9, -9); // the first and last columns see the edge
    expect(inner.filter((value) => Math.abs(value - 127.5) > 30)).toHaveLength(0);
  }
});

test('as much is left as was asked for, and less than twice that', async () => {
  await fc.assert(
    fc.asyncProperty(fc.double({ min: 1 / 64, max: 1.5, noNaN: true }), async (minDensity) => {
      const image = { pixels: new Uint8Array(3 * 64 * 64), width: 64, height: 64, fullWidth: 64, fullHeight: 64 };
      const density = (await thinOut(image, minDensity)).width / 64;
      expect(density).toBeGreaterThanOrEqual(Math.min(1, minDensity));
      expect(density).toBeLessThanOrEqual(Math.min(1, 2 * minDensity));
    }),
    { numRuns: 30, examples: [[1 / 64], [1 / 64 + 2 ** -58]] },
  );
});
