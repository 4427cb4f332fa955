// The data changes between a training and what is done with it: other classes are refused, other files are told.
import { copyFile, mkdtemp, readFile, rename, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadBackend } from 'tensorflow-runtime';
import { openRun, readCheckpoint } from 'training-kit';
import { DataError } from 'training-kit/errors';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { writeImageFolder } from '../test/image-folder-fixture.js';
import { configSchema } from './config.js';
import { train } from './train.js';
import { openTrainedModel } from './trained-model.js';

let parent: string;
beforeAll(async () => {
  await loadBackend({});
  parent = await mkdtemp(join(tmpdir(), 'trained-data-'));
});
afterAll(async () => {
  vi.restoreAllMocks();
  await rm(parent, { recursive: true });
});

const lines: string[] = [];
const print = (line: string) => void lines.push(line.replaceAll(parent, 'DIR'));

async function messageOf(work: Promise<unknown>): Promise<string> {
  const error: unknown = await work.catch((reason: unknown) => reason);
  expect(error).toBeInstanceOf(DataError);
  return (error as DataError).message.replaceAll(parent, 'DIR');
}

test('a renamed class ends resume and evaluation; a file more is told and moves no held-out image', async () => {
  const data = join(parent, 'images');
  await writeImageFolder(data, { train: [6, 6, 6], val: [2, 2, 2] });
  const settings = { dataset: 'folder', data, imageSize: 8, valExamples: 3, width: 4, numEpochs: 1, batchSize: 5 };
  const config = configSchema.parse(settings);
  const folder = join(parent, 'run');
  const trainIn = async (stopAt: number, resume: boolean): Promise<void> => {
    const run = await openRun({ folder, config, seed: config.seed, backend: {}, resume, print });
    let lastStep = 0;
    const log = (step: number, metrics: Record<string, number>): void => {
      run.log(step, metrics);
      lastStep = step;
    };
    const interrupt = { isRequested: () => lastStep >= stopAt };
    await train(config, { run: { ...run, log }, preset: 'test', facts: {}, interrupt });
  };
  await trainIn(1, false);
  const file = join(folder, 'checkpoints', 'step-00000001.safetensors');
  const kept = (await readCheckpoint(file)).data!;
  expect(kept.network).toMatchObject({ classNames: ['a', 'b', 'c'], normalization: { mean: [0.485, 0.456, 0.406] } });
  expect(Object.entries(kept.splits).map(([name, { numExamples }]) => [name, numExamples])).toEqual([
    ['train', 15],
    ['val', 3],
    ['test', 6],
  ]);
  const heldOut = (await readFile(join(folder, 'data', `val-${kept.splits.val!.digest}.txt`), 'utf8'))
    .trim()
    .split('\n');
  expect(heldOut.map((name) => name[0])).toEqual(['a', 'b', 'c']);

  for (const split of ['train', 'val']) await rename(join(data, split, 'a'), join(data, split, 'z'));
  const difference =
    ': the network was trained on other data than there is now.\n  classNames.0: was "a", is "b"\n' +
    '  classNames.1: was "b", is "c"\n  classNames.2: was "c", is "z"\n' +
    'Give the data that it was trained on, or train a new network.';
  vi.spyOn(console, 'log').mockImplementation(print);
  expect(await messageOf(trainIn(9, true))).toBe(`Cannot resume DIR/run${difference}`);
  expect(await messageOf(openTrainedModel(file, null, null))).toBe(
    `Cannot use DIR/run/checkpoints/step-00000001.safetensors${difference}`,
  );

  for (const split of ['train', 'val']) await rename(join(data, split, 'z'), join(data, split, 'a'));
  await copyFile(join(data, 'val', 'a', '000.png'), join(data, 'train', 'a', '!.png'));
  lines.length = 0;
  await trainIn(2, true);
  expect(lines).toContain('Other examples than before in train: 16, it had 15; new: "a/!.png"; gone: none.');
  expect(lines.filter((line) => line.startsWith('Other examples'))).toHaveLength(1); // val is what it was
  lines.length = 0;
  const model = await openTrainedModel(file, null, null); // the older checkpoint, judged by today's files
  expect([...(model.dataset.val.identify().names?.() ?? [])]).toEqual(heldOut);
  expect(lines.filter((line) => line.startsWith('Other examples'))).toEqual([
    'Other examples than before in train: 16, it had 15; new: "a/!.png"; gone: none.',
  ]);
  model.source.dispose();
});
