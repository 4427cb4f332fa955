import '@tensorflow/tfjs';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { createRng, createWeightSource } from 'rpg-core';
import { loadBackend } from 'tensorflow-runtime';
import { captureState, type DataIdentity, writeCheckpoint } from 'training-kit';
import { afterEach, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import { messageOf, temporaryFolder } from '../../test/frame-fixtures.js';
import { configSchema, type MultitaskSettings } from '../config.js';
import { framePath, listFrames } from '../data/frames/frame-files.js';
import { renderToFolder } from '../data/render-to-folder.js';
import { imageNetNormalization } from '../data/views/normalization.js';
import { buildModel } from '../model/network.js';
import { weightSourceConfig } from '../model/weights.js';
import { evaluateCommand } from './evaluate.js';

const folder = temporaryFolder();
const rooms = join(folder, 'rooms');
const settings: MultitaskSettings = {
  ...{ inputSize: 16, widthMultiplier: 1 / 16, numStacks: 1, weights: 'independent' },
  ...{ batchSize: 1, renderedSizePx: 16, renderedTrain: 3, renderedTest: 3, valExamples: 2 },
};
let printed: string[] = [];

/** A checkpoint of an untrained network, as a run of `change` would have left it. */
async function checkpointOf(name: string, change: MultitaskSettings, data?: DataIdentity): Promise<string> {
  const config = configSchema.parse({ ...settings, ...change });
  const { slots } = buildModel(config);
  const source = createWeightSource(slots, weightSourceConfig(slots, config), createRng(5));
  const content = { tensors: captureState({ source }), metadata: {} };
  source.dispose();
  const options = { keepLast: 1, config, ...(data === undefined ? {} : { data }) };
  return writeCheckpoint(join(folder, name, 'checkpoints'), 1, content, options);
}

const evaluate = async (checkpoint: string, ...flags: string[]): Promise<string[]> => {
  printed = [];
  await evaluateCommand(['--checkpoint', checkpoint, ...flags]);
  return printed;
};
/** The cells of a row of the table. */
const rowOf = (lines: readonly string[], title: string): string[] =>
  lines
    .find((line) => line.startsWith(title))!
    .slice(22)
    .trim()
    .split(/\s+/);

beforeAll(async () => {
  await loadBackend({});
  await renderToFolder(rooms, configSchema.parse(settings));
});
beforeEach(() => {
  vi.spyOn(console, 'log').mockImplementation((line: unknown) => {
    printed.push(...String(line).replaceAll(folder, 'DIR').split('\n'));
  });
});
afterEach(() => {
  vi.restoreAllMocks();
});

const asFiles = [
  '--dataset',
  '2d3ds',
  '--folder',
  rooms,
  '--train-areas',
  'train',
  '--val-areas',
  'val',
  '--test-areas',
  'test',
];

test('the same rooms as files: the same errors, for the network’s own normalisation goes with it', async () => {
  const checkpoint = await checkpointOf('of-rooms', {});
  const own = await evaluate(checkpoint);
  expect(own.slice(1, 3)).toEqual([
    `DIR/of-rooms/checkpoints/step-00000001.safetensors does not say which data it was trained on: an older version wrote ` +
      'it. Its class names, normalisation and lists of examples cannot be compared with those of now.',
    expect.stringMatching(/^train: 3 frames; depths: median \d/),
  ]);
  expect(rowOf(own, '    ')).toEqual(['train', 'val', 'test', 'constant']);
  const files = await evaluate(checkpoint, ...asFiles);
  expect(files[1]).toBe('These are other frames than those of the run; what would be trained on is called rest.');
  expect(rowOf(files, '    ')).toEqual(['rest', 'val', 'test', 'constant']);
  expect(files.at(-1)).toBe('constant: mean depth and mean normal of rest, on test');
  for (const row of ['depth RMSE, m', 'normals RMSE']) {
    const [expected, found] = [rowOf(own, row), rowOf(files, row)].map((cells) => cells.map(Number));
    for (const [i, value] of expected!.entries()) expect(Math.abs(found![i]! - value)).toBeLessThan(0.002); // steps of the files
  }
  // What it said before: the files' dataset has another mean and deviation.
  const other = { network: { normalization: { ...imageNetNormalization } }, splits: {} } as unknown as DataIdentity;
  const otherwise = await evaluate(await checkpointOf('of-other', {}, other));
  const gap = Number(rowOf(otherwise, 'depth RMSE, m')[2]) - Number(rowOf(own, 'depth RMSE, m')[2]);
  expect(Math.abs(gap)).toBeGreaterThan(0.01);
});

test('a run’s settings of files do not go with rendered rooms, and each flag of data reaches them', async () => {
  const ofFiles: MultitaskSettings = {
    ...{
      dataset: '2d3ds',
      folder: rooms,
      trainAreas: ['train'],
      testAreas: ['test'],
      valExamples: 1,
      onBadImage: 'skip',
    },
  };
  const checkpoint = await checkpointOf('of-files', ofFiles);
  expect(rowOf(await evaluate(checkpoint), 'frames')).toEqual(['2', '1', '3', '3']);
  const flags = ['--dataset', 'rendered', '--rendered-train', '4', '--rendered-test', '2', '--val-examples', '0'];
  const lines = await evaluate(checkpoint, ...flags);
  expect(rowOf(lines, '    ')).toEqual(['rest', 'test', 'constant']);
  expect(rowOf(lines, 'frames')).toEqual(['4', '2', '2']);
  await expect(evaluate(checkpoint, '--normal-axes', 'right')).rejects.toThrow(
    /^normalAxes is "right", expected three words/,
  );
  expect(await messageOf(evaluate(checkpoint, '--normal-axes', 'right-down-backward'), folder)).toMatch(
    /^The normals of train in DIR\/rooms do not fit its depths/,
  );
  expect(await messageOf(evaluate(checkpoint, '--depth-unit', '100'), folder)).toMatch(
    /^No depth is known: .*maxDepth, 20 m/,
  );
});

test('frames that cannot be read are counted, with the reason, where the call says so', async () => {
  const copy = join(folder, 'rooms-copy');
  await renderToFolder(copy, configSchema.parse(settings));
  const checkpoint = await checkpointOf('of-copy', {});
  const [, second] = await listFrames(copy, 'area_test');
  rmSync(framePath(copy, second!, 'depth'));
  const flags = asFiles.map((flag) => (flag === rooms ? copy : flag));
  expect(await messageOf(evaluate(checkpoint, ...flags), folder)).toMatch(
    /leave such frames out with --on-bad-image skip\.$/,
  );
  const lines = await evaluate(checkpoint, ...flags, '--on-bad-image', 'skip');
  expect(lines.slice(1, 3)).toEqual([
    `Left out an image. Cannot read ${framePath('DIR/rooms-copy', second!, 'depth')}: there is no such file.`,
    'test: 1 of 3 frames cannot be read and are left out.',
  ]);
  expect(rowOf(lines, 'frames')).toEqual(['3', '2', '2', '2']);
});
