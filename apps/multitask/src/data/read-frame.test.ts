import { copyFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { damagedFrame } from '../../test/damaged-frames.js';
import { frameName, messageOf, plainPixels, temporaryFolder, writeFrameFiles } from '../../test/frame-fixtures.js';
import { framePack, noData } from '../../test/real-data.js';
import { framePath, listFrames } from './frame-files.js';
import { readFrame, type FrameUse } from './read-frame.js';

const folder = temporaryFolder();
const use: FrameUse = { inputSize: 4, zoom: { min: 1, max: 1 }, maxDepth: 100 };

test('values as they were written, where they were', async () => {
  const pixels = plainPixels(6, 4);
  pixels.depth.set([512, 65_535, 0, 51_201], 6); // 1 m, missing, nothing, a step more than 100 m: in row 1
  pixels.normal.set([128, 128, 128], 3 * 7);
  pixels.rgb.set([1, 2, 3], 3 * 8);
  const name = frameName('area_1', 'hall_1', 0);
  await writeFrameFiles(folder, name, pixels);
  const { width, height, levels, surfaces, sizeBytes } = await readFrame(folder, name, use);
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
  expect(await messageOf(readFrame(folder, name, use), folder)).toBe(
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
  const frame = await readFrame(framePack, name!, { ...use, inputSize: 256 });
  expect([frame.width, frame.height]).toEqual([1080, 1080]);
  expect(frame.levels.map(({ width }) => width)).toEqual([270]);
  expect(frame.surfaces.depthAt(0)).toBe(2462 / 512);
  let [numFacing, numNormals] = [0, 0];
  const normal = new Float64Array(3);
  for (let pixel = 0; pixel < 1080 * 1080; pixel += 101) {
    if (!frame.surfaces.normalAt(pixel, normal)) continue;
    numNormals++;
    if (normal[2]! < 0.1) numFacing++;
  }
  expect(numNormals).toBeGreaterThan(5000);
  expect(numFacing / numNormals).toBeGreaterThan(0.98);
});
