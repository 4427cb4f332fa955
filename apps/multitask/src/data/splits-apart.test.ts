import { cpSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { ConfigError } from 'training-kit/errors';
import { expect, test } from 'vitest';
import { frameName, messageOf, plainPixels, temporaryFolder, writeFrameFiles } from '../../test/frame-fixtures.js';
import { type FrameName, framePath } from './frames/frame-files.js';
import { checkFoldersApart, checkSplitsApart } from './splits-apart.js';

const folder = temporaryFolder();
const silent = () => undefined;
const UUID = '5c2959c3089c4ac5a7c5c913cc0df78d';

test('one folder under two names', async () => {
  await writeFrameFiles(folder, frameName('area_1', 'hall_1', 0));
  symlinkSync(join(folder, 'area_1'), join(folder, 'area_link'));
  await checkFoldersApart(folder, ['area_1']);
  const error: unknown = await checkFoldersApart(folder, ['area_1', 'area_link']).catch((reason: unknown) => reason);
  expect(error).toBeInstanceOf(ConfigError);
  expect((error as Error).message.replaceAll(folder, 'DIR')).toBe(
    'area_1 and area_link in DIR are one folder, DIR/area_1: its frames would be used twice. Name one of them.',
  );
});

test('an area that is a link to nowhere', async () => {
  symlinkSync(join(folder, 'unmounted'), join(folder, 'area_9'));
  expect(await messageOf(checkFoldersApart(folder, ['area_9']), folder)).toBe(
    'Cannot read DIR/area_9: it is a link that leads nowhere (ENOENT). Is the disk that it leads to there?',
  );
});

test('one camera position in two splits; rendered rooms are numbered alike in each area', async () => {
  const frames = ['area_1', 'area_2'].map((area, i): FrameName => ({ area, name: `camera_${UUID}_hall_1_frame_${i}` }));
  for (const frame of frames) await writeFrameFiles(folder, frame);
  expect(await messageOf(checkSplitsApart(folder, { train: [frames[0]!], test: [frames[1]!] }, silent), folder)).toBe(
    `${framePath('DIR', frames[0]!, 'rgb')} is in train and ${framePath('DIR', frames[1]!, 'rgb')} in test, but they were ` +
      'taken from one camera position: what is trained on cannot be tested on.\nRemove the files of one of them, or name ' +
      'other areas.',
  );
  await checkSplitsApart(folder, { train: frames, test: [] }, silent);
  const numbered = [frameName('area_1', 'room_0', 0), frameName('area_2', 'room_0', 0)];
  for (const frame of numbered) await writeFrameFiles(folder, frame);
  await checkSplitsApart(folder, { train: [numbered[0]!], test: [numbered[1]!] }, silent);
});

test('copies of a frame under another name are counted, but not views of nothing', async () => {
  const notes: string[] = [];
  const check = (train: readonly FrameName[], test: readonly FrameName[]) =>
    checkSplitsApart(folder, { train, val: [], test }, (line) => notes.push(line.replaceAll(folder, 'DIR')));
  const [one, other] = [frameName('area_3', 'hall_1', 1), frameName('area_4', 'office_7', 2)];
  await writeFrameFiles(folder, one);
  await writeFrameFiles(folder, other);
  await check([one], [other]);
  expect(notes).toEqual([]);
  for (const modality of ['rgb', 'depth', 'normal'] as const) {
    cpSync(framePath(folder, one, modality), framePath(folder, other, modality));
  }
  const own = frameName('area_4', 'office_8', 5);
  await writeFrameFiles(folder, own);
  await check([one], [own, other]);
  expect(notes).toEqual([
    `test: 1 of 2 frames are copies of frames of train, the first ${framePath('DIR', other, 'rgb')} of ` +
      `${framePath('DIR', one, 'rgb')}. What is trained on says nothing as a test; remove one of each.`,
  ]);
  const blank = [frameName('area_3', 'hall_2', 3), frameName('area_4', 'hall_3', 4)] as const;
  const nothing = { ...plainPixels(8, 8), depth: new Uint16Array(64).fill(65_535) };
  for (const frame of blank) await writeFrameFiles(folder, frame, nothing);
  await check([blank[0]], [blank[1]]);
  // The same image with other depths is another frame.
  await writeFrameFiles(folder, blank[0], plainPixels(8, 8));
  await writeFrameFiles(folder, blank[1], { ...plainPixels(8, 8), depth: new Uint16Array(64).fill(600) });
  await check([blank[0]], [blank[1]]);
  expect(notes).toHaveLength(1);
});
