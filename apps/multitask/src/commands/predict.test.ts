import '@tensorflow/tfjs';
import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as tf from '@tensorflow/tfjs-core';
import sharp from 'sharp';
import { loadBackend } from 'tensorflow-runtime';
import { captureState, exitCodeOf, writeCheckpoint } from 'training-kit';
import { ConfigError, DataError } from 'training-kit/errors';
import { afterEach, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import { temporaryFolder } from '../../test/frame-fixtures.js';
import { configSchema } from '../config.js';
import { decodeDepth, decodeNormal, filesEncoding } from '../data/frames/encoding.js';
import { readGrey16Png, readRgbPng } from '../data/frames/png-file.js';
import { buildNetwork } from '../model/network.js';
import { predictCommand } from './predict.js';

const folder = temporaryFolder();
const inFolder = (...names: string[]) => join(folder, ...names);
const photo = inFolder('hall.jpg');
let checkpoint = '';
let printed: string[] = [];

beforeAll(async () => {
  await loadBackend({});
  const config = configSchema.parse({ inputSize: 32 });
  const { source } = buildNetwork(config);
  const content = { tensors: captureState({ source }), metadata: {} };
  checkpoint = await writeCheckpoint(inFolder('checkpoints'), 1, content, { keepLast: 1, config });
  source.dispose();
  // Stored lying down, 60 × 40; upright it is 40 × 60.
  const pixels = Buffer.from(Array.from({ length: 60 * 40 * 3 }, (_, i) => (37 * i + (i >> 4) * 11) % 256));
  await sharp(pixels, { raw: { width: 60, height: 40, channels: 3 } })
    .withMetadata({ orientation: 6 })
    .jpeg()
    .toFile(photo);
});
beforeEach(() => {
  printed = [];
  vi.spyOn(console, 'log').mockImplementation((line: unknown) => {
    printed.push(String(line).replaceAll(folder, 'DIR'));
  });
});
afterEach(() => {
  vi.restoreAllMocks();
});

const predict = (...flags: string[]) => predictCommand(['--checkpoint', checkpoint, '--image', photo, ...flags]);
const names = ['hall-depth.png', 'hall-normal.png', 'hall-overview.png', 'hall.json'];

test('depths and normals of the upright photograph’s square, in the encodings of 2D-3D-S', async () => {
  const out = inFolder('out', 'first');
  const before = tf.memory().numTensors;
  await predict('--out', out);
  expect(tf.memory().numTensors).toBe(before);
  expect(readdirSync(out).sort()).toEqual(names);
  const record = JSON.parse(readFileSync(join(out, 'hall.json'), 'utf8')) as {
    depth: { least: number; most: number };
    normal: { missing: number };
  };
  expect(record).toMatchObject({
    width: 40,
    height: 60,
    square: [0, 10, 40, 50],
    size: 32,
    depth: { stepsPerMeter: 512, held: 0 },
    model: { checkpoint, dataset: 'rendered', weights: 'ring', numStacks: 2, width: 8, inputSize: 32 },
  });
  const depth = await readGrey16Png(join(out, 'hall-depth.png'));
  expect([depth.width, depth.height]).toEqual([32, 32]);
  const metres = Array.from(depth.values, (steps) => decodeDepth(steps, filesEncoding));
  expect(Math.abs(Math.min(...metres) - record.depth.least)).toBeLessThan(1 / 1000);
  expect(Math.abs(Math.max(...metres) - record.depth.most)).toBeLessThan(1 / 1000);
  const normals = await readRgbPng(join(out, 'hall-normal.png'), 'normals');
  const normal = new Float64Array(3);
  let numMissing = 0;
  for (let at = 0; at < normals.values.length; at += 3) {
    if (decodeNormal(normals.values, at, filesEncoding, normal, 0) !== 'known') numMissing++;
  }
  expect(record.normal.missing).toBe(numMissing);
  expect(numMissing).toBeLessThan(100);
  expect(await sharp(join(out, 'hall-overview.png')).metadata()).toMatchObject({
    width: 784,
    height: 256,
    channels: 3,
  });
  expect(printed[0]).toMatch(/^depths in the overview: dark \d+\.\d\d m, yellow \d+\.\d\d m$/);
  expect(printed[1]).toBe(names.map((name) => `DIR/out/first/${name}`).join('\n'));
});

test('another size, and results that are replaced only when asked', async () => {
  const out = inFolder('out', 'second');
  await predict('--out', out, '--resize', '50');
  for (const name of names.slice(0, 2)) {
    expect(await sharp(join(out, name)).metadata()).toMatchObject({ width: 50, height: 50 });
  }
  const made = statSync(join(out, 'hall-depth.png')).mtimeMs;
  const error: unknown = await predict('--out', out).catch((reason: unknown) => reason);
  expect(error).toEqual(
    new ConfigError(
      'out',
      `${join(out, 'hall-depth.png')} exists already. Pass --overwrite, or name another folder with --out.`,
    ),
  );
  expect(statSync(join(out, 'hall-depth.png')).mtimeMs).toBe(made);
  await predict('--out', out, '--overwrite');
  expect(await sharp(join(out, 'hall-depth.png')).metadata()).toMatchObject({ width: 32 });
});

test.each([
  { flags: ['--image', 'DIR/none.jpg'], exitCode: 1, error: /^Cannot read DIR\/none\.jpg: there is no such file\.$/ },
  { flags: ['--image', 'DIR/text.jpg'], exitCode: 1, error: /^Cannot read DIR\/text\.jpg: it is no JPEG, PNG or WebP/ },
  { flags: ['--checkpoint', 'DIR/none'], exitCode: 1, error: /DIR\/none/ },
  { flags: ['--checkpoint', 'DIR/text.jpg'], exitCode: 1, error: /DIR\/text\.jpg/ },
  { flags: ['--resize', '5000'], exitCode: 2, error: /^resize is 5000 \(from --resize\)/ },
])('$flags: an error by name, and nothing written', async ({ flags, exitCode, error }) => {
  writeFileSync(inFolder('text.jpg'), 'no photograph');
  mkdirSync(inFolder('empty'), { recursive: true });
  const given = flags.map((flag) => flag.replace('DIR', folder));
  const said: unknown = await predict('--out', inFolder('empty'), ...given).catch((reason: unknown) => reason);
  expect(said instanceof ConfigError || said instanceof DataError).toBe(true);
  expect((said as Error).message.replaceAll(folder, 'DIR')).toMatch(error);
  expect(exitCodeOf(said)).toBe(exitCode);
  expect(readdirSync(inFolder('empty'))).toEqual([]);
});
