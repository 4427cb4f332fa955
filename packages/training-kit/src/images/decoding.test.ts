import { execFileSync } from 'node:child_process';
import { chmod, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import sharp from 'sharp';
import { describe, expect, test } from 'vitest';
import { paint, picture, shaded } from '../../test/pictures.js';
import { messageOf, temporaryFolder } from '../../test/temporary-folder.js';
import { type DecodedImage, MAX_IMAGE_BYTES } from './decoded-image.js';
import { readPhoto } from './photo.js';

const folder = temporaryFolder();

async function decoded(content: Uint8Array | string): Promise<DecodedImage> {
  await writeFile(join(folder, 'image'), content);
  return readPhoto(join(folder, 'image'));
}

const said = (file: string): Promise<string> => messageOf(readPhoto(join(folder, file)), folder);
const saidOf = (content: Uint8Array | string): Promise<string> => messageOf(decoded(content), folder);

const flat = (...color: [number, number, number]) => picture(16, 9, () => color);
const firstPixel = ({ pixels }: DecodedImage): number[] => [...pixels.subarray(0, 3)];

describe('what is decoded', () => {
  test.each(['png', 'webp'] as const)('%s: the bytes that were painted', async (format) => {
    const image = await decoded(await picture(16, 9, shaded(1)).toFormat(format, { lossless: true }).toBuffer());
    expect(image).toMatchObject({ width: 16, height: 9 });
    expect(Buffer.compare(image.pixels, paint(16, 9, shaded(1)))).toBe(0);
  });

  test('jpeg, progressive too: near them', async () => {
    for (const progressive of [false, true]) {
      const image = await decoded(await flat(200, 100, 50).jpeg({ quality: 95, progressive }).toBuffer());
      expect(image).toMatchObject({ width: 16, height: 9 });
      firstPixel(image).forEach((value, channel) => {
        expect(Math.abs(value - [200, 100, 50][channel]!)).toBeLessThan(4);
      });
    }
  });

  test('greyscale becomes three equal channels', async () => {
    const grey = picture(16, 9, () => [90, 90, 90]).greyscale();
    expect(firstPixel(await decoded(await grey.clone().jpeg().toBuffer()))).toEqual([90, 90, 90]);
    expect(firstPixel(await decoded(await grey.clone().toColourspace('b-w').png().toBuffer()))).toEqual([90, 90, 90]);
  });

  test('CMYK is converted, to the colour it was made from as far as print goes', async () => {
    const bytes = await flat(224, 16, 16).toColourspace('cmyk').jpeg({ quality: 100 }).toBuffer();
    expect((await sharp(bytes).metadata()).channels).toBe(4);
    const [red, green, blue] = firstPixel(await decoded(bytes));
    expect(red).toBeGreaterThan(200);
    expect(Math.max(green!, blue!)).toBeLessThan(60);
  });

  test('16 bits become 8, by their upper byte', async () => {
    const bytes = await flat(128, 64, 32).toColourspace('rgb16').png().toBuffer();
    expect((await sharp(bytes).metadata()).depth).toBe('ushort');
    expect(firstPixel(await decoded(bytes))).toEqual([128, 64, 32]);
  });

  test('transparent parts lie on white', async () => {
    const half = {
      create: { width: 4, height: 4, channels: 4, background: { r: 255, g: 0, b: 0, alpha: 0.5 } },
    } as const;
    const [red, green, blue] = firstPixel(await decoded(await sharp(half).png().toBuffer()));
    expect([red, green, blue]).toEqual([255, 127, 127]);
  });

  test('a palette', async () => {
    const bytes = await picture(16, 9, (column) => (column < 8 ? [255, 0, 0] : [0, 0, 255]))
      .png({ palette: true })
      .toBuffer();
    const { pixels } = await decoded(bytes);
    expect([...pixels.subarray(0, 3), ...pixels.subarray(45, 48)]).toEqual([255, 0, 0, 0, 0, 255]);
  });

  test('EXIF orientation 6: turned clockwise, so that it stands upright', async () => {
    const lying = picture(16, 9, (column) => (column === 0 ? [255, 255, 255] : [0, 0, 0])); // white at the left
    const { pixels, width, height } = await decoded(await lying.withMetadata({ orientation: 6 }).png().toBuffer());
    expect([width, height]).toEqual([9, 16]);
    expect([...pixels.subarray(0, 27)]).toEqual(new Array(27).fill(255)); // white on top
    expect(pixels[27]).toBe(0);
  });

  test('a colour profile is not applied', async () => {
    expect(firstPixel(await decoded(await flat(128, 64, 32).withIccProfile('p3').png().toBuffer()))).not.toEqual([
      128, 64, 32,
    ]);
  });

  test('of an animation, the first picture', async () => {
    const both = picture(16, 18, (_, row) => (row < 9 ? [255, 0, 0] : [0, 0, 255]));
    const raw = await both.raw().toBuffer();
    const frames = sharp(raw, { raw: { width: 16, height: 18, channels: 3, pageHeight: 9 } });
    const image = await decoded(await frames.webp({ lossless: true }).toBuffer());
    expect([image.width, image.height, ...firstPixel(image)]).toEqual([16, 9, 255, 0, 0]);
  });

  test('what the decoder warns about only: bytes after the end', async () => {
    const bytes = Buffer.concat([await flat(9, 9, 9).jpeg().toBuffer(), Buffer.from('more')]);
    expect(await decoded(bytes)).toMatchObject({ width: 16, height: 9 });
  });
});

describe('what is refused', () => {
  test.each(['jpeg', 'png', 'webp'] as const)('%s cut short, wherever that is', async (format) => {
    const bytes = await picture(60, 40, shaded(2)).toFormat(format, { progressive: false }).toBuffer();
    for (const share of [0.3, 0.6, 0.9, 0.98]) {
      const message = await saidOf(bytes.subarray(0, Math.floor(share * bytes.length)));
      expect(message).toMatch(/^Cannot read DIR\/image: it cannot be decoded \(.+\)\.$/);
      expect(message.split('\n')).toHaveLength(1);
    }
  });

  test('a damaged PNG', async () => {
    const bytes = await picture(60, 40, shaded(2)).png().toBuffer();
    bytes[bytes.length >> 1]! ^= 1;
    expect(await saidOf(bytes)).toMatch(/^Cannot read DIR\/image: it cannot be decoded \(.*png.*\)\.$/);
  });

  test.each([
    { content: '', said: 'it is empty' },
    { content: 'GIF89a…', said: 'it is a GIF image, expected JPEG, PNG or WebP' },
    { content: 'II*\0', said: 'it is a TIFF image, expected JPEG, PNG or WebP' },
    { content: 'MM\0*', said: 'it is a TIFF image, expected JPEG, PNG or WebP' },
    { content: 'BM…', said: 'it is a BMP image, expected JPEG, PNG or WebP' },
    { content: '\0\0\0\x1cftypavif', said: 'it is an AVIF image, expected JPEG, PNG or WebP' },
    { content: '\0\0\0\x1cftypheic', said: 'it is a HEIF image, expected JPEG, PNG or WebP' },
    {
      content: '<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>',
      said: 'it is an SVG drawing, expected JPEG, PNG or WebP',
    },
    {
      content: 'version https://git-lfs.github.com/spec/v1\noid sha256:4d7a\nsize 12345\n',
      said: 'it is a Git LFS pointer, not the file itself; run `git lfs pull` in the repository that it comes from',
    },
    {
      content: '<!DOCTYPE html><html><body>Sign in</body></html>',
      said: 'it is a web page, not the file itself; whatever fetched it got an error or a sign-in page. Fetch it again',
    },
    { content: 'x', said: 'it is no JPEG, PNG or WebP image; it starts with 78' },
  ])('$content', async ({ content, said }) => {
    expect(await saidOf(content)).toBe(`Cannot read DIR/image: ${said}.`);
  });

  test('a header that promises too many pixels', async () => {
    const png = await flat(0, 0, 0).png().toBuffer();
    png.writeUInt32BE(60_000, 16);
    png.writeUInt32BE(60_000, 20);
    expect(await saidOf(png)).toBe(
      'Cannot read DIR/image: it has 60000 × 60000 pixels, 3 600 000 000 in all, expected 67 108 864 at most.',
    );
  });

  test('a file too large, unread', async () => {
    await writeFile(join(folder, 'large.jpg'), '');
    await truncate(join(folder, 'large.jpg'), MAX_IMAGE_BYTES + 1); // holes: no disk is used
    expect(await said('large.jpg')).toBe(
      'Cannot read DIR/large.jpg: it has 134 217 729 bytes, expected 134 217 728 at most.',
    );
  });

  test('no file, a folder, a pipe that nobody writes to', async () => {
    expect(await said('none.jpg')).toBe('Cannot read DIR/none.jpg: there is no such file.');
    expect(await said('.')).toBe('Cannot read DIR: it is not a file.');
    if (process.platform === 'win32') return;
    execFileSync('mkfifo', [join(folder, 'pipe.jpg')]);
    expect(await said('pipe.jpg')).toBe('Cannot read DIR/pipe.jpg: it is not a file.');
  });

  // Root may read everything: nothing to see there.
  test.skipIf(process.getuid?.() === 0)('a file without permission', async () => {
    await writeFile(join(folder, 'secret.jpg'), 'x');
    await chmod(join(folder, 'secret.jpg'), 0);
    expect(await said('secret.jpg')).toBe('Cannot read DIR/secret.jpg: no permission to read it.');
  });
});
