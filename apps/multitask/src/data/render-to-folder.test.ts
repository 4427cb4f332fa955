import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { folderConfig, renderedConfig } from '../../test/data-config.js';
import { evaluatedFrames } from '../../test/evaluated-frames.js';
import { messageOf, temporaryFolder } from '../../test/frame-fixtures.js';
import { openDataset } from './dataset.js';
import { renderToFolder } from './render-to-folder.js';
import type { Split } from './split.js';

const folder = temporaryFolder();

/** All frames of a split, as an evaluation sees them. */
async function framesOf(split: Split) {
  const [batch] = await evaluatedFrames(split, split.numExamples);
  return batch!;
}

test('read back, the frames are the same up to the steps of the files', async () => {
  const target = join(folder, 'new', 'rooms');
  const progress: number[][] = [];
  await renderToFolder(target, renderedConfig, (...counts) => progress.push(counts));
  expect(progress).toEqual(Array.from({ length: 10 }, (_, i) => [i + 1, 10]));
  expect(readdirSync(join(folder, 'new'))).toEqual(['rooms']);
  const [written, rendered] = [await openDataset(folderConfig(target)), await openDataset(renderedConfig)];
  for (const name of ['train', 'val', 'test'] as const) {
    expect(written[name].numExamples).toBe(rendered[name].numExamples);
    const [found, expected] = [await framesOf(written[name]), await framesOf(rendered[name])];
    expect(found.images).toEqual(expected.images);
    expect(found.depthMask).toEqual(expected.depthMask);
    expect(found.normalsMask).toEqual(expected.normalsMask);
    expect(found.depthMask).toContain(0);
    for (const [at, depth] of found.depths.entries()) {
      expect(Math.abs(depth - expected.depths[at]!)).toBeLessThan(0.5 / 512 + 1e-6);
    }
    for (const [at, value] of found.normals.entries()) {
      expect(Math.abs(value - expected.normals[at]!)).toBeLessThan(0.008); // half a step of 1/127.5, and length
    }
  }
});

test('poses beside the frames', () => {
  const within = join(folder, 'new', 'rooms', 'area_val', 'data', 'pose');
  const [first] = readdirSync(within).sort();
  expect(first).toBe(`camera_${'0'.repeat(32)}_room_0_frame_0_domain_pose.json`);
  expect(JSON.parse(readFileSync(join(within, first!), 'utf8'))).toMatchObject({
    camera_k_matrix: [
      [8 / 0.6, 0, 8],
      [0, 8 / 0.6, 8],
      [0, 0, 1],
    ],
    room: 'room_0',
    frame_num: 0,
  });
});

test('an empty folder is filled, any other refused', async () => {
  const [empty, full] = [join(folder, 'empty'), join(folder, 'full')];
  mkdirSync(empty);
  await renderToFolder(empty, { ...renderedConfig, valExamples: 0, renderedTrain: 1, renderedTest: 1 });
  expect(readdirSync(empty).sort()).toEqual(['area_test', 'area_train']);
  mkdirSync(full);
  writeFileSync(join(full, 'thesis.tex'), '');
  expect(await messageOf(renderToFolder(full, renderedConfig), folder)).toBe(
    'Cannot write DIR/full: it is not empty, it holds thesis.tex for one. Choose a folder that does not exist yet.',
  );
  expect(await messageOf(renderToFolder(join(full, 'thesis.tex'), renderedConfig), folder)).toMatch(
    /^Cannot write DIR\/full\/thesis.tex: ENOTDIR.+\nChoose another folder.$/,
  );
  expect(readdirSync(full)).toEqual(['thesis.tex']);
});

test('where nothing can be made, nothing is left', async () => {
  const target = join(folder, 'full', 'thesis.tex', 'rooms');
  expect(await messageOf(renderToFolder(target, renderedConfig), folder)).toMatch(
    /^Cannot write DIR\/full\/thesis.tex\/rooms: ENOTDIR/,
  );
  await expect(renderToFolder(join(folder, 'x'), folderConfig(folder))).rejects.toThrow(
    new RangeError('dataset is "2d3ds", expected "rendered".'),
  );
  expect(readdirSync(folder).sort()).toEqual(['empty', 'full', 'new']);
});
