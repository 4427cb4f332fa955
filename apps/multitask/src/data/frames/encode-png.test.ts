import { join } from 'node:path';
import { expect, test } from 'vitest';
import { temporaryFolder } from '../../../test/frame-fixtures.js';
import { depthPng, normalBytes, rgbPng } from './encode-png.js';
import { readGrey16Png, readRgbPng } from './png-file.js';

const folder = temporaryFolder();

test('depths keep their 16 bits: steps of 1/512 m, 65535 where missing', async () => {
  const file = join(folder, 'depth.png');
  await depthPng(Float32Array.of(1, 0, 2.5, 127.99, 1 / 512, 3.0001), { width: 3, height: 2 }).toFile(file);
  expect(await readGrey16Png(file)).toEqual({
    values: Uint16Array.of(512, 65_535, 1280, 65_531, 1, 1536),
    width: 3,
    height: 2,
  });
});

test('normals lie about 127.5; missing ones are grey', async () => {
  const bytes = normalBytes(Float32Array.of(0, 0, -1, 1, 0, 0, 0, 0, 0, 0.28, -0.96, 0));
  expect([...bytes]).toEqual([128, 128, 0, 255, 128, 128, 128, 128, 128, 163, 5, 128]);
  const file = join(folder, 'normals.png');
  await rgbPng(bytes, { width: 2, height: 2 }).toFile(file);
  expect((await readRgbPng(file, 'normals')).values).toEqual(Buffer.from(bytes));
});
