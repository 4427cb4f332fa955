import '@tensorflow/tfjs';
import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as tf from '@tensorflow/tfjs-core';
import sharp from 'sharp';
import { loadBackend } from 'tensorflow-runtime';
import { captureState, exitCodeOf, writeCheckpoint } from 'training-kit';
import { ConfigError, DataError } from 'training-kit/errors';
import { afterEach, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import { temporaryFolder } from '../../test/annotation-fixtures.js';
import { configSchema } from '../config.js';
import { jointNames } from '../data/joints.js';
import { buildNetwork } from '../model/network.js';
import { predictCommand } from './predict.js';

const folder = temporaryFolder();
const inFolder = (...names: string[]) => join(folder, ...names);
const photo = inFolder('walk.jpg');
let checkpoint = '';
let printed: string[] = [];

beforeAll(async () => {
  await loadBackend({});
  const config = configSchema.parse({ inputSize: 32, widthMultiplier: 1 / 64 });
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

interface Written {
  width: number;
  height: number;
  box: number[];
  joints: { name: string; x: number; y: number; score: number }[];
  model: Record<string, unknown>;
}
const written = (out: string) => JSON.parse(readFileSync(join(out, 'walk.json'), 'utf8')) as Written;

test('joints of the upright photograph, and a picture of its size', async () => {
  const out = inFolder('out', 'first');
  const before = tf.memory().numTensors;
  await predict('--out', out);
  expect(tf.memory().numTensors).toBe(before);
  expect(readdirSync(out).sort()).toEqual(['walk.json', 'walk.png']);
  const { width, height, box, joints, model } = written(out);
  expect({ width, height, box }).toEqual({ width: 40, height: 60, box: [-10, 0, 50, 60] });
  expect(await sharp(join(out, 'walk.png')).metadata()).toMatchObject({ width: 40, height: 60, channels: 3 });
  expect(joints.map(({ name }) => name)).toEqual(jointNames);
  for (const { x, y, score } of joints) {
    expect(x).toBeGreaterThanOrEqual(-10.5);
    expect(x).toBeLessThanOrEqual(50.5);
    expect(y).toBeGreaterThanOrEqual(-0.5);
    expect(y).toBeLessThanOrEqual(60.5);
    expect(Number.isFinite(score)).toBe(true);
  }
  expect(model).toMatchObject({ checkpoint, dataset: 'rendered', weights: 'ring', numStacks: 2, inputSize: 32 });
  expect(printed[0]).toMatch(/^\d+ of 16 joints score 0\.1 or more\.$/);
  expect(printed[1]).toBe('DIR/out/first/walk.png\nDIR/out/first/walk.json');
});

test('a place for the person, the heat maps, and results that are replaced only when asked', async () => {
  const out = inFolder('out', 'second');
  await predict('--out', out, '--center', '20,30', '--height-px', '24', '--heat-maps', '--no-flip-test');
  expect(readdirSync(out).sort()).toEqual(['walk-heat-maps.png', 'walk.json', 'walk.png']);
  expect(written(out)).toMatchObject({ box: [5.5, 15.5, 35.5, 45.5], model: { flipTest: false } });
  const made = statSync(join(out, 'walk.png')).mtimeMs;

  const error: unknown = await predict('--out', out, '--box', '0,0,20,20').catch((reason: unknown) => reason);
  expect(error).toEqual(
    new ConfigError(
      'out',
      `${join(out, 'walk.json')} exists already. Pass --overwrite, or name another folder with --out.`,
    ),
  );
  expect(statSync(join(out, 'walk.png')).mtimeMs).toBe(made);
  await predict('--out', out, '--box', '0,0,20,20', '--overwrite');
  expect(written(out).box).toEqual([0, 0, 20, 20]);
});

test.each([
  { flags: ['--image', 'DIR/none.jpg'], exitCode: 1, error: 'Cannot read DIR/none.jpg: there is no such file.' },
  { flags: ['--image', 'DIR/text.jpg'], exitCode: 1, error: /^Cannot read DIR\/text\.jpg: it is no JPEG, PNG or WebP/ },
  { flags: ['--checkpoint', 'DIR/none'], exitCode: 1, error: /DIR\/none/ },
  { flags: ['--checkpoint', 'DIR/text.jpg'], exitCode: 1, error: /DIR\/text\.jpg/ },
  { flags: ['--center', '3,4'], exitCode: 2, error: /^center is set, but not how large the person is\./ },
  {
    flags: ['--center', '3'],
    exitCode: 2,
    error: 'center is [3] (from --center): expected 2 numbers with commas between: x,y.',
  },
  { flags: ['--box', '40,0,60,9'], exitCode: 2, error: /^box is 40,0,60,9, which is outside the photograph/ },
  { flags: ['--image', 'DIR/a.png', '--out', 'DIR', '--overwrite'], exitCode: 2, error: /a\.png is the photograph/ },
])('$flags: an error by name, and nothing written', async ({ flags, exitCode, error }) => {
  writeFileSync(inFolder('text.jpg'), 'no photograph');
  await sharp({ create: { width: 9, height: 9, channels: 3, background: 'teal' } }).toFile(inFolder('a.png'));
  mkdirSync(inFolder('empty'), { recursive: true });
  const given = flags.map((flag) => flag.replace('DIR', folder));
  const said: unknown = await predict('--out', inFolder('empty'), ...given).catch((reason: unknown) => reason);
  expect(said instanceof ConfigError || said instanceof DataError).toBe(true);
  const { message } = said as Error;
  if (typeof error === 'string') expect(message.replaceAll(folder, 'DIR')).toBe(error);
  else expect(message.replaceAll(folder, 'DIR')).toMatch(error);
  expect(exitCodeOf(said)).toBe(exitCode);
  expect(readdirSync(inFolder('empty'))).toEqual([]);
});
