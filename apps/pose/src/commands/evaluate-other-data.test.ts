import '@tensorflow/tfjs';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import sharp from 'sharp';
import { loadBackend } from 'tensorflow-runtime';
import { captureState, openRun } from 'training-kit';
import { afterEach, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import { hrnetRecord, temporaryFolder } from '../../test/annotation-fixtures.js';
import { configSchema } from '../config.js';
import { openDataset } from '../data/dataset.js';
import { dataAtHand } from '../data/trained-data.js';
import { buildNetwork } from '../model/network.js';
import { evaluateCommand } from './evaluate.js';

const folder = temporaryFolder();
let checkpoint = '';
let printed: string[] = [];
const at = (name: string) => join(folder, name);
const withHead = { headsize: 9 };

function write(name: string, records: readonly Record<string, unknown>[]): string {
  writeFileSync(at(name), JSON.stringify(records));
  return at(name);
}

beforeAll(async () => {
  await loadBackend({});
  for (const name of ['a.jpg', 'b.jpg', 'c.jpg', 'd.jpg']) {
    await sharp({ create: { width: 60, height: 70, channels: 3, background: 'teal' } }).toFile(at(name));
  }
  const annotations = write('train.json', [hrnetRecord(withHead), hrnetRecord({ image: 'b.jpg', ...withHead })]);
  const valAnnotations = write('val.json', [hrnetRecord({ image: 'c.jpg', ...withHead })]);
  const config = configSchema.parse({
    ...{ dataset: 'mpii', images: folder, annotations, valAnnotations, firstPixel: 1, trainExamples: null },
    ...{ inputSize: 32, widthMultiplier: 1 / 64, numStacks: 1 },
  });
  const { source } = buildNetwork(config);
  const print = () => undefined;
  const run = await openRun({ folder: at('run'), config, seed: 1, backend: {}, resume: false, print });
  const dataset = await openDataset(config);
  await run.keepData(dataAtHand(dataset, dataset.train));
  checkpoint = await run.save(1, { tensors: captureState({ source }), metadata: {} });
  source.dispose();
});
beforeEach(() => {
  printed = [];
  vi.spyOn(console, 'log').mockImplementation((text: unknown) => {
    printed.push(...String(text).replaceAll(folder, 'DIR').split('\n'));
  });
});
afterEach(() => {
  vi.restoreAllMocks();
});

const evaluate = (...flags: string[]) => evaluateCommand(['--checkpoint', checkpoint, ...flags]);
const columns = () =>
  printed
    .find((line) => /^ {18}/.test(line))!
    .trim()
    .split(/ +/);

test('the run’s own data: train is train', async () => {
  await evaluate();
  expect(printed.slice(1, 3)).toEqual(['train: 2 people in 2 images.', 'val: 1 person in 1 image.']);
  expect(columns()).toEqual(['train', 'val']);
  expect(printed.filter((line) => line.includes('gap'))).toHaveLength(1);
});

test('people who were never trained on are not called train; who was left out is told', async () => {
  const outside = { joints: [[500, 500], ...Array.from({ length: 15 }, () => [10, 10])] };
  const annotations = write('other.json', [
    hrnetRecord({ image: 'd.jpg', ...withHead }),
    hrnetRecord({ image: 'c.jpg', ...withHead, ...outside }),
  ]);
  const valAnnotations = write('other-val.json', [hrnetRecord({ image: 'b.jpg', ...withHead })]);
  await evaluate('--annotations', annotations, '--val-annotations', valAnnotations);
  expect(printed.slice(1, 6)).toEqual([
    'annotations: 1 person in 1 image; 1 record left out (joint outside the image: 1).',
    '  DIR/other.json, record 1 (c.jpg): joint 0 (right ankle) at (499.0, 499.0) lies outside the image of 60 × 70 ' +
      'pixels. The record is skipped.',
    'val: 1 person in 1 image.',
    'annotations: these are not the people trained on; none of them was.',
    'val: 1 of 1 people are in images that were trained on.',
  ]);
  expect(columns()).toEqual(['annotations', 'val']);
  expect(printed.filter((line) => line.includes('gap'))).toEqual([]);
});

test('the same people with other joints are other people, and some of them may have been trained on', async () => {
  const annotations = write('mixed.json', [hrnetRecord(withHead), hrnetRecord({ image: 'd.jpg', ...withHead })]);
  await evaluate('--annotations', annotations);
  expect(printed).toContain('annotations: these are not the people trained on; 1 of them were.');
  printed = [];
  await evaluate('--first-pixel', '0');
  expect(columns()).toEqual(['annotations', 'val']);
});
