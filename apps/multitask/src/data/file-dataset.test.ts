// 2D-3D-S opened: which rooms are whose, frames that cannot be used, and what is refused.
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ConfigError } from 'training-kit/errors';
import { expect, test } from 'vitest';
import { folderConfig } from '../../test/data-config.js';
import { frameName, grey16, messageOf, temporaryFolder, writeFrameFiles } from '../../test/frame-fixtures.js';
import { framePack, noData } from '../../test/real-data.js';
import { openDataset } from './dataset.js';
import { framePath } from './frames/frame-files.js';
import type { Split } from './split.js';

const folder = temporaryFolder();
const namesOf = ({ frames }: Split) => (frames.kind === 'files' ? frames.names : []);

test('val: areas by name, or rooms of train', async () => {
  for (const area of ['area_a', 'area_b', 'area_c']) {
    for (const room of ['office_1', 'office_2', 'hall_1']) {
      for (const index of [0, 1]) await writeFrameFiles(folder, frameName(area, room, index));
    }
  }
  const config = { ...folderConfig(folder), trainAreas: ['a', 'b'], valAreas: null, testAreas: ['c'] };
  const { train, val, test: tested } = await openDataset({ ...config, valExamples: 3 });
  expect([train.numExamples, val.numExamples, tested.numExamples]).toEqual([8, 4, 6]);
  expect((await openDataset({ ...config, valExamples: 3 })).val).toEqual(val);
  expect(namesOf(tested).map(({ area }) => area)).toEqual(Array.from({ length: 6 }, () => 'area_c'));
  const named = await openDataset({ ...config, valAreas: ['b'] });
  expect([named.train.numExamples, named.val.numExamples]).toEqual([6, 6]);
  expect((await openDataset({ ...config, valExamples: 0 })).val.numExamples).toBe(0);
});

test('a depth of 8 bits is found when the set is opened', async () => {
  const name = frameName('area_bad', 'hall_1', 0);
  await writeFrameFiles(folder, name);
  await grey16(new Uint16Array(64), 8, 8)
    .toColourspace('b-w')
    .toFile(framePath(folder, name, 'depth'));
  const config = { ...folderConfig(folder), trainAreas: ['bad'], valAreas: ['a'], testAreas: ['b'] };
  expect(await messageOf(openDataset(config), folder)).toMatch(
    /^Cannot use DIR\/area_bad\/data\/depth\/camera_0+_hall_1_frame_0_domain_depth.png: it has 1 channel of 8 bits, exp/,
  );
});

test('bad frames anywhere are found when the set is opened, and left out where that is asked for', async () => {
  const notes: string[] = [];
  for (const area of ['area_p', 'area_q', 'area_r']) {
    for (const index of [0, 1, 2]) await writeFrameFiles(folder, frameName(area, 'hall_1', index));
  }
  const config = { ...folderConfig(folder), trainAreas: ['p'], valAreas: ['q'], testAreas: ['r'] };
  const open = (onBadImage: 'stop' | 'skip') =>
    openDataset({ ...config, onBadImage }, (line) => notes.push(line.replaceAll(folder, 'DIR')));
  const last = framePath(folder, frameName('area_r', 'hall_1', 2), 'normal');
  const bytes = readFileSync(last);
  bytes[bytes.length - 20]! ^= 1; // in the pixels, both ends as they were
  writeFileSync(last, bytes);
  const damaged = await messageOf(open('stop'), folder);
  expect(damaged).toMatch(
    /^Cannot read DIR\/area_r\/.*_2_domain_normals.png: it cannot be decoded \(the checksum of its part at byte \d+ is wr/,
  );
  expect(notes).toEqual([]);
  rmSync(framePath(folder, frameName('area_p', 'hall_1', 0), 'depth'));
  const { train, test: tested, leftOut } = await open('skip');
  expect([train.numExamples, tested.numExamples]).toEqual([3, 3]); // they keep their places
  const missing = `Cannot read ${framePath('DIR', frameName('area_p', 'hall_1', 0), 'depth')}: there is no such file.`;
  expect(notes).toEqual([
    `Left out an image. ${missing}`,
    'train: 1 of 3 frames cannot be read and are left out.',
    `Left out an image. ${damaged}`,
    'test: 1 of 3 frames cannot be read and are left out.',
  ]);
  expect(leftOut.list).toHaveLength(2);
  for (const index of [0, 1, 2]) rmSync(framePath(folder, frameName('area_q', 'hall_1', index), 'rgb'));
  expect(await messageOf(open('skip'), folder)).toBe(
    `None of the 3 frames of val in DIR can be read. The first: Cannot read ` +
      `${framePath('DIR', frameName('area_q', 'hall_1', 0), 'rgb')}: there is no such file.`,
  );
});

test('an area that is not there', async () => {
  const config = { ...folderConfig(folder), trainAreas: ['9'], testAreas: ['a'] };
  expect(await messageOf(openDataset(config), folder)).toMatch(/^DIR has no area_9; it has area_a, area_b, area_bad, /);
});

test.each([
  {
    config: { ...folderConfig(''), folder: null },
    said: 'folder is not set: 2D-3D-S is read from files. Pass --folder PATH, the folder of its area_* folders.',
  },
  {
    config: { ...folderConfig('DIR'), normalAxes: 'up-right' },
    said:
      'normalAxes is "up-right", expected three words for red, green and blue with hyphens between: right or left, down or ' +
      'up, forward or backward, one of each.',
  },
])('$said', async ({ config, said }) => {
  await expect(openDataset(config)).rejects.toThrow(new ConfigError(said.split(' ')[0]!, said));
});

test.skipIf(noData !== '')(`the real pack${noData}`, async () => {
  const {
    train,
    val,
    test: tested,
  } = await openDataset({
    ...folderConfig(framePack),
    trainAreas: ['7scenes_a'],
    valAreas: ['7scenes_b'],
    testAreas: ['3', 'omnidata'],
  });
  expect([train, val, tested].map(({ numExamples }) => numExamples)).toEqual([19, 5, 3]);
  expect(framePath(framePack, namesOf(tested)[0]!, 'rgb')).toContain(join('area_3', 'data', 'rgb', 'camera_5c2959c'));
});
