import { execFileSync } from 'node:child_process';
import { chmod, mkdtemp, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { DataError } from 'training-kit';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { paint, picture, shaded } from '../../../test/image-folder-fixture.js';
import { decodeImage, maxFileBytes, type RgbImage } from './decode-image.js';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'decode-'));
});
afterAll(async () => {
  await rm(folder, { recursive: true });
});

async function decoded(content: Uint8Array | string): Promise<RgbImage> {
  await writeFile(join(folder, 'image'), content);
  return decodeImage(join(folder, 'image'));
}

/** The message of what `attempt` throws, with the folder called DIR. */
async function messageOf(attempt: Promise<unknown>): Promise<string> {
  const error: unknown = await attempt.catch((reason: unknown) => reason);
  expect(error).toBeInstanceOf(DataError);
  return (error as DataError).message.replaceAll(folder, 'DIR');
}

const flat = (...color: [number, number, number]) => picture(16, 9, () => color);
const firstPixel = ({ data }: RgbImage): number[] => [...data.subarray(0, 3)];

describe('what is decoded', () => {
  test.each(['png', 'webp'] as const)('%s: the bytes that were painted', async (format) => {
    const image = await decoded(await picture(16, 9, shaded(1)).toFormat(format, { lossless: true }).toBuffer());
    expect(image).toMatchObject({ width: 16, height: 9 });
    expect(Buffer.compare(image.data, paint(16, 9, shaded(1)))).toBe(0);
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
    const { data } = await decoded(bytes);
    expect([...data.subarray(0, 3), ...data.subarray(45, 48)]).toEqual([255, 0, 0, 0, 0, 255]);
  });

  test('EXIF orientation 6: turned clockwise, so that it stands upright', async () => {
    const lying = picture(16, 9, (column) => (column === 0 ? [255, 255, 255] : [0, 0, 0])); // white at the left
    const { data, width, height } = await decoded(await lying.withMetadata({ orientation: 6 }).png().toBuffer());
    expect([width, height]).toEqual([9, 16]);
    expect([...data.subarray(0, 27)]).toEqual(new Array(27).fill(255)); // white on top
    expect(data[27]).toBe(0);
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
      const message = await messageOf(decoded(bytes.subarray(0, Math.floor(share * bytes.length))));
      expect(message).toMatch(/^Cannot read DIR\/image: it cannot be decoded \(.+\)\.$/);
      expect(message.split('\n')).toHaveLength(1);
    }
  });

  test('a damaged PNG', async () => {
    const bytes = await picture(60, 40, shaded(2)).png().toBuffer();
    bytes[bytes.length >> 1]! ^= 1;
    expect(await messageOf(decoded(bytes))).toMatch(/^Cannot read DIR\/image: it cannot be decoded \(.*png.*\)\.$/);
  });

  test.each([
    { content: '', said: 'it is empty' },
    { content: 'GIF89a…', said: 'it is no JPEG, PNG or WebP image; it starts with 47494638' },
    { content: '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>', said: 'it starts with 3c737667' },
    { content: 'x', said: 'it starts with 78' },
  ])('"$content"', async ({ content, said }) => {
    expect(await messageOf(decoded(content))).toContain(said);
  });

  test('a header that promises too many pixels', async () => {
    const png = await flat(0, 0, 0).png().toBuffer();
    png.writeUInt32BE(60_000, 16);
    png.writeUInt32BE(60_000, 20);
    expect(await messageOf(decoded(png))).toBe('Cannot read DIR/image: it has more than 67108864 pixels.');
  });

  test('a file too large, unread', async () => {
    await writeFile(join(folder, 'large.jpg'), '');
    await truncate(join(folder, 'large.jpg'), maxFileBytes + 1); // holes: no disk is used
    expect(await messageOf(decodeImage(join(folder, 'large.jpg')))).toBe(
      'Cannot read DIR/large.jpg: it has 134217729 bytes, at most 134217728 are read.',
    );
  });

  test('no file, a folder, a pipe that nobody writes to', async () => {
    expect(await messageOf(decodeImage(join(folder, 'none.jpg')))).toBe(
      'Cannot read DIR/none.jpg: there is no such file.',
    );
    expect(await messageOf(decodeImage(folder))).toBe('Cannot read DIR: it is not a file.');
    if (process.platform === 'win32') return;
    execFileSync('mkfifo', [join(folder, 'pipe.jpg')]);
    expect(await messageOf(decodeImage(join(folder, 'pipe.jpg')))).toBe('Cannot read DIR/pipe.jpg: it is not a file.');
  });

  // Root may read everything: nothing to see there.
  test.skipIf(process.getuid?.() === 0)('a file without permission', async () => {
    await writeFile(join(folder, 'secret.jpg'), 'x');
    await chmod(join(folder, 'secret.jpg'), 0);
    expect(await messageOf(decodeImage(join(folder, 'secret.jpg')))).toBe(
      'Cannot read DIR/secret.jpg: no permission to read it.',
    );
  });
});
