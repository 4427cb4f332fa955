import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import sharp, { type Sharp } from 'sharp';
import { describe, expect, test } from 'vitest';
import { grey16, messageOf, temporaryFolder } from '../../../test/frame-fixtures.js';
import { withChunk, withSize } from '../../../test/png-chunks.js';
import { inspectPng, readGrey16Png, readRgbPng } from './png-file.js';

const folder = temporaryFolder();
const file = (name: string) => join(folder, name);

async function write(name: string, image: Sharp): Promise<string> {
  await image.png().toFile(file(name));
  return file(name);
}

function writeBytes(name: string, bytes: Buffer | string): string {
  writeFileSync(file(name), bytes);
  return file(name);
}

const rgb = (channels: 3 | 4 = 3) =>
  sharp(
    Uint8Array.from({ length: channels * 12 }, (_, i) => 5 * i),
    { raw: { width: 4, height: 3, channels } },
  );

describe('16 bits', () => {
  const all = Uint16Array.from({ length: 65_536 }, (_, i) => (i * 40_503) & 0xffff); // every value, mixed up

  test('all 65536 values come out as they are', async () => {
    const path = await write('all.png', grey16(all, 256, 256));
    const { values, width, height } = await readGrey16Png(path);
    expect([width, height]).toEqual([256, 256]);
    expect(Buffer.compare(Buffer.from(values.buffer), Buffer.from(all.buffer))).toBe(0);
  });

  test('a gamma or a colour profile in the file changes nothing', async () => {
    const bytes = readFileSync(await write('all.png', grey16(all, 256, 256)));
    const gamma = Buffer.alloc(4);
    gamma.writeUInt32BE(45_455);
    for (const [kind, content] of [['gAMA', gamma] as const, ['sRGB', Buffer.alloc(1)] as const]) {
      const { values } = await readGrey16Png(writeBytes('marked.png', withChunk(bytes, kind, content)));
      expect(Buffer.compare(Buffer.from(values.buffer), Buffer.from(all.buffer))).toBe(0);
    }
  });

  test.each([
    { name: '8 bits', make: () => rgb().toColourspace('b-w'), found: '1 channel of 8 bits' },
    { name: 'colour', make: () => rgb(), found: '3 channels of 8 bits' },
    { name: 'wide colour', make: () => rgb().toColourspace('rgb16'), found: '3 channels of 16 bits' },
  ])('$name is refused', async ({ make, found }) => {
    const path = await write('depth.png', make());
    expect(await messageOf(readGrey16Png(path), folder)).toBe(
      `Cannot use DIR/depth.png: it has ${found}, expected a 16-bit greyscale image, as 2D-3D-S has its depths.\n` +
        'Take the file as it was published; image programs may convert it when they save.',
    );
  });
});

describe('8 bits', () => {
  test('red, green and blue as they are', async () => {
    const { values, width, height } = await readRgbPng(await write('rgb.png', rgb()), 'images');
    expect([width, height]).toEqual([4, 3]);
    expect([...values]).toEqual(Array.from({ length: 36 }, (_, i) => 5 * i));
  });

  test('hidden colours are not read: images lie on white, normals on the sign for none', async () => {
    const pixels = Uint8Array.of(10, 20, 30, 255, 200, 0, 0, 0, 100, 100, 100, 128);
    const path = await write('rgba.png', sharp(pixels, { raw: { width: 3, height: 1, channels: 4 } }));
    // 100 · 128/255 + 255 · 127/255 = 177.2; + 128 · 127/255 = 113.9
    const seen = async (what: 'images' | 'normals') => [...(await readRgbPng(path, what)).values];
    expect(await seen('images')).toEqual([10, 20, 30, 255, 255, 255, 177, 177, 177]);
    expect(await seen('normals')).toEqual([10, 20, 30, 128, 128, 128, 113, 113, 113]);
  });

  test('an image that is to be turned, which its maps cannot be', async () => {
    const path = await write('turned.png', rgb().withMetadata({ orientation: 6 }));
    expect(await messageOf(readRgbPng(path, 'images'), folder)).toBe(
      'Cannot read DIR/turned.png: its EXIF says that it is to be turned (orientation 6), its depths and normals cannot be. ' +
        'Save it upright.',
    );
  });

  test.each([
    { name: 'grey', make: () => rgb().toColourspace('b-w'), found: '1 channel of 8 bits' },
    { name: '16 bits', make: () => rgb().toColourspace('rgb16'), found: '3 channels of 16 bits' },
  ])('$name is refused', async ({ make, found }) => {
    expect(await messageOf(readRgbPng(await write('n.png', make()), 'normals'), folder)).toBe(
      `Cannot use DIR/n.png: it has ${found}, expected an 8-bit RGB image, as 2D-3D-S has its normals.\n` +
        'Take the file as it was published; image programs may convert it when they save.',
    );
  });
});

describe('no image', () => {
  test.each([
    { name: 'empty.png', bytes: '', said: 'it is empty.' },
    { name: 'text.png', bytes: 'no image', said: 'it is no PNG image.' },
    { name: 'svg.png', bytes: '<svg xmlns="http://www.w3.org/2000/svg"/>', said: 'it is no PNG image.' },
    {
      name: 'pointer.png',
      bytes: 'version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 9\n',
      said: 'it is a Git LFS pointer, not the file itself; run `git lfs pull` in the repository that it comes from.',
    },
    {
      name: 'page.png',
      bytes: '<!DOCTYPE html><html>',
      said: 'it is a web page, not the file itself; whatever fetched it got an error or a sign-in page. Fetch it again.',
    },
    {
      name: 'float.png',
      bytes: Buffer.from('49492a0008000000', 'hex'),
      said:
        'it is a TIFF image, expected a PNG image. Write depths as whole steps of 16 bits and say with --depth-unit how ' +
        'many metres a step is.',
    },
  ])('$name', async ({ name, bytes, said }) => {
    expect(await messageOf(readRgbPng(writeBytes(name, bytes), 'images'), folder)).toBe(
      `Cannot read DIR/${name}: ${said}`,
    );
  });

  test('a missing file and a folder', async () => {
    mkdirSync(file('folder.png'));
    expect(await messageOf(readRgbPng(file('none.png'), 'images'), folder)).toBe(
      'Cannot read DIR/none.png: there is no such file.',
    );
    expect(await messageOf(readRgbPng(file('folder.png'), 'images'), folder)).toBe(
      'Cannot read DIR/folder.png: it is not a file.',
    );
  });

  test('cut short', async () => {
    const bytes = readFileSync(await write('whole.png', grey16(new Uint16Array(400).fill(7), 20, 20)));
    for (const length of [20, 60, bytes.length - 20]) {
      const message = await messageOf(readGrey16Png(writeBytes('cut.png', bytes.subarray(0, length))), folder);
      expect(message).toMatch(
        /^Cannot read DIR\/cut.png: it cannot be decoded.*\.\nIt looks cut short or damaged; unpack it again, or /,
      );
    }
  });

  test('a size that would fill the memory is refused by the header', async () => {
    const bytes = readFileSync(await write('small.png', grey16(new Uint16Array(4), 2, 2)));
    const message = await messageOf(readGrey16Png(writeBytes('bomb.png', withSize(bytes, 60_000, 60_000))), folder);
    expect(message).toMatch(
      /^Cannot read DIR\/bomb.png: it has .* pixels; at most 16777216 are read. Give frames of data\/, not of pano\/\.$/,
    );
  });
});

describe('looked at without decoding', () => {
  const noise = Uint16Array.from({ length: 400 }, (_, i) => (i * 40_503) & 0xffff);

  test('a sound file: size, bits and channels', async () => {
    const path = await write('sound.png', grey16(noise, 20, 20));
    const head = { width: 20, height: 20, bitDepth: 16, channels: 1 };
    expect(await inspectPng(path, 'depths', false)).toEqual(head);
    expect(await inspectPng(path, 'depths', true)).toEqual(head);
    const trailed = writeBytes('trailed.png', Buffer.concat([readFileSync(path), Buffer.from('more')]));
    expect(await inspectPng(trailed, 'depths', false)).toEqual(head);
  });

  test('a flipped byte within is found when all of it is read, a lost end at once', async () => {
    const bytes = readFileSync(await write('sound.png', grey16(noise, 20, 20)));
    const spoiled = Buffer.from(bytes);
    spoiled[bytes.length >> 1]! ^= 1;
    const path = writeBytes('spoiled.png', spoiled);
    await inspectPng(path, 'depths', false);
    const mend = 'It looks cut short or damaged; unpack it again, or leave such frames out with --on-bad-image skip.';
    expect(await messageOf(inspectPng(path, 'depths', true), folder)).toMatch(
      /^Cannot read DIR\/spoiled.png: it cannot be decoded \(the checksum of its part at byte \d+ is wrong\)\.\n/,
    );
    const cut = writeBytes('cut.png', bytes.subarray(0, bytes.length - 1));
    expect(await messageOf(inspectPng(cut, 'depths', false), folder)).toBe(
      `Cannot read DIR/cut.png: it cannot be decoded (it ends before its last part).\n${mend}`,
    );
    const headless = writeBytes('headless.png', bytes.subarray(0, 30));
    expect(await messageOf(inspectPng(headless, 'depths', false), folder)).toBe(
      `Cannot read DIR/headless.png: it cannot be decoded (its head is damaged).\n${mend}`,
    );
  });

  test('a file of the wrong kind', async () => {
    const path = await write('rgb.png', rgb());
    expect(await messageOf(inspectPng(path, 'depths', false), folder)).toMatch(
      /^Cannot use DIR\/rgb.png: it has 3 channels of 8/,
    );
    expect(await messageOf(inspectPng(file('none.png'), 'depths', false), folder)).toBe(
      'Cannot read DIR/none.png: there is no such file.',
    );
  });
});
