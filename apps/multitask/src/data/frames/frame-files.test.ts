import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { frameName, messageOf, temporaryFolder, writeFrameFiles } from '../../../test/frame-fixtures.js';
import { framePath, listAreas, listFrames, roomOf } from './frame-files.js';

const folder = temporaryFolder();

async function area(name: string, frames: number): Promise<string> {
  for (let index = 0; index < frames; index++) await writeFrameFiles(folder, frameName(name, 'office_5', index));
  return name;
}

test('areas and frames, sorted; other files are left alone', async () => {
  await area('area_2', 1);
  await area('area_1', 3);
  writeFileSync(join(folder, 'README.md'), '');
  for (const name of ['.DS_Store', 'camera_1_domain_rgb.png', 'camera_1_hall_1_frame_0_domain_depth.png']) {
    writeFileSync(join(folder, 'area_1', 'data', 'rgb', name), '');
  }
  expect(await listAreas(folder)).toEqual(['area_1', 'area_2']);
  const names = await listFrames(folder, 'area_1');
  expect(names).toEqual([0, 1, 2].map((index) => frameName('area_1', 'office_5', index)));
  expect(framePath(folder, names[0]!, 'normal')).toBe(
    join(folder, `area_1/data/normal/camera_${'0'.repeat(32)}_office_5_frame_0_domain_normals.png`),
  );
});

test('rooms', () => {
  const name = 'camera_5c2959c3089c4ac5a7c5c913cc0df78d_office_5_frame_41';
  expect(roomOf({ area: 'area_3', name })).toBe('area_3/office_5');
  expect(roomOf({ area: 'area_3', name: 'other' })).toBe('area_3/other');
});

test('files that do not pair up', async () => {
  await area('area_3', 3);
  rmSync(framePath(folder, frameName('area_3', 'office_5', 1), 'depth'));
  rmSync(framePath(folder, frameName('area_3', 'office_5', 2), 'rgb'));
  const missing = `DIR/area_3/data/depth/camera_${'0'.repeat(31)}1_office_5_frame_1_domain_depth.png`;
  expect(await messageOf(listFrames(folder, 'area_3'), folder)).toBe(
    `DIR/area_3/data: 2 of 9 files are missing; the first is ${missing}.\nExpected rgb, depth and normal of every ` +
      'frame. Unpack the area again, or leave such frames out with --on-bad-image skip.',
  );
});

test('folders that are missing, empty or files', async () => {
  await area('area_4', 1);
  rmSync(join(folder, 'area_4', 'data', 'normal'), { recursive: true });
  expect(await messageOf(listFrames(folder, 'area_4'), folder)).toBe(
    'Cannot read DIR/area_4/data/normal: there is no such folder.\nUnpack this part of the area too: rgb, depth and ' +
      'normal are needed.',
  );
  for (const modality of ['rgb', 'depth', 'normal']) {
    mkdirSync(join(folder, 'area_5', 'data', modality), { recursive: true });
  }
  expect(await messageOf(listFrames(folder, 'area_5'), folder)).toBe(
    'DIR/area_5/data holds no frames, expected rgb/camera_…_frame_…_domain_rgb.png and the like.',
  );
  expect(await messageOf(listAreas(join(folder, 'area_1')), folder)).toBe(
    'DIR/area_1 holds no areas, expected folders area_1, area_2, … of 2D-3D-S.\nPass the folder that the archives were ' +
      'unpacked in.',
  );
  expect(await messageOf(listAreas(join(folder, 'nowhere')), folder)).toBe(
    'Cannot read DIR/nowhere: there is no such folder.\nPass the folder that holds the area_* folders of 2D-3D-S.',
  );
  expect(await messageOf(listAreas(join(folder, 'README.md')), folder)).toBe(
    'Cannot read DIR/README.md: it, or a part of its path, is a file.\nPass the folder that holds the area_* folders of ' +
      '2D-3D-S.',
  );
});
