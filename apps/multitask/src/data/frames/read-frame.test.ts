import { copyFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { damagedFrame } from '../../../test/damaged-frames.js';
import { frameName, messageOf, plainPixels, temporaryFolder, writeFrameFiles } from '../../../test/frame-fixtures.js';
import { framePack, noData } from '../../../test/real-data.js';
import { filesEncoding } from './encoding.js';
import { framePath, listFrames } from './frame-files.js';
import { type FrameUse, readFrame } from './read-frame.js';

const folder = temporaryFolder();
const source = { folder, encoding: filesEncoding };
const use: FrameUse = { inputSize: 4, zoom: { min: 1, max: 1 }, maxDepth: 100 };

test('values as they were written, where they were', async () => {
  const pixels = plainPixels(6, 4);
  pixels.depth.set([512, 65_535, 0, 51_201], 6); // 1 m, missing, nothing, a step more than 100 m: in row 1
  pixels.normal.set([128, 128, 128], 3 * 7);
  pixels.rgb.set([1, 2, 3], 3 * 8);
  const name = frameName('area_1', 'hall_1', 0);
  await writeFrameFiles(folder, name, pixels);
  const { width, height, levels, surfaces, sizeBytes } = await readFrame(source, name, use);
  expect([width, height, sizeBytes]).toEqual([6, 4, 24 * 8]);
  expect([5, 6, 7, 8, 9, 10].map((pixel) => surfaces.depthAt(pixel))).toEqual([2, 1, 0, 0, 0, 2]);
  const normal = new Float64Array(3);
  expect(surfaces.normalAt(7, normal)).toBe(false);
  expect(surfaces.normalAt(8, normal)).toBe(true);
  expect(normal[2]).toBeCloseTo(-1, 4);
  expect(levels).toHaveLength(1);
  expect([...levels[0]!.pixels.subarray(21, 30)]).toEqual([100, 100, 100, 1, 2, 3, 100, 100, 100]);
});

test('sizes that differ', async () => {
  const [name, turned] = [frameName('area_1', 'hall_1', 1), frameName('area_1', 'hall_1', 2)];
  await writeFrameFiles(folder, name, plainPixels(6, 4));
  await writeFrameFiles(folder, turned, plainPixels(4, 6));
  copyFileSync(framePath(folder, turned, 'depth'), framePath(folder, name, 'depth'));
  expect(await messageOf(readFrame(source, name, use), folder)).toBe(
    `Cannot use ${framePath('DIR', name, 'depth')}: it is 4 × 6 pixels, expected 6 × 4 as its image ` +
      `${framePath('DIR', name, 'rgb')}.\nThe three files of a frame lie over each other; unpack them again.`,
  );
});

test('300 damaged frames: a frame or one sentence, nothing else', async () => {
  let numRead = 0;
  for (let index = 0; index < 300; index++) if (await damagedFrame(folder, index)) numRead++;
  expect(numRead).toBeGreaterThan(10);
  expect(numRead).toBeLessThan(290);
});

test.skipIf(noData !== '')(`real frames${noData}`, async () => {
  const [name] = await listFrames(framePack, 'area_3');
  const frame = await readFrame({ folder: framePack, encoding: filesEncoding }, name!, { ...use, inputSize: 256 });
  expect([frame.width, frame.height]).toEqual([1080, 1080]);
  expect(frame.levels.map(({ width }) => width)).toEqual([270]);
  expect(frame.surfaces.depthAt(0)).toBe(2462 / 512);
  // Normals in the same axes as the depths: right, down, forward; the file's pose gives the camera.
  const pointAt = (column: number, row: number) => {
    const depth = frame.surfaces.depthAt(1080 * row + column);
    return [(depth * (column - 540)) / 877.78, (depth * (row - 540)) / 877.78, depth] as const;
  };
  const minus = (a: readonly number[], b: readonly number[]) => a.map((value, axis) => value - b[axis]!);
  const normal = new Float64Array(3);
  const degrees: number[] = [];
  for (let row = 20; row < 1060; row += 25) {
    for (let column = 20; column < 1060; column += 25) {
      const reach = [
        [-9, 0],
        [9, 0],
        [0, -9],
        [0, 9],
      ].map(([x, y]) => pointAt(column + x!, row + y!));
      if (!frame.surfaces.normalAt(1080 * row + column, normal) || reach.some(([, , depth]) => depth === 0)) continue;
      const [left, right, above, below] = reach as unknown as number[][];
      const [a, b] = [minus(right!, left!), minus(below!, above!)];
      const crossed = [b[1]! * a[2]! - b[2]! * a[1]!, b[2]! * a[0]! - b[0]! * a[2]!, b[0]! * a[1]! - b[1]! * a[0]!];
      const cosine = crossed.reduce((sum, value, axis) => sum + value * normal[axis]!, 0) / Math.hypot(...crossed);
      degrees.push((Math.acos(Math.min(1, cosine)) * 180) / Math.PI);
    }
  }
  expect(degrees.length).toBeGreaterThan(1000);
  expect(degrees.sort((x, y) => x - y)[degrees.length >> 1]).toBeLessThan(10);
});
