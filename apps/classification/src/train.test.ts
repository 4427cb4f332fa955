import { mkdtemp, readFile, rm, truncate } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as tf from '@tensorflow/tfjs-core';
import { loadBackend } from 'tensorflow-runtime';
import { type Checkpoint, latestCheckpoint, openRun, readCheckpoint } from 'training-kit';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { writeImageFolder } from '../test/image-folder-fixture.js';
import { type ClassificationConfig, configSchema } from './config.js';
import { evaluate } from './evaluate.js';
import { train, type TrainingEnd } from './train.js';
import { openTrainedModel } from './trained-model.js';

let folder: string;
beforeAll(async () => {
  await loadBackend({});
  folder = await mkdtemp(join(tmpdir(), 'classification-'));
});
afterAll(async () => {
  await rm(folder, { recursive: true });
});

/** Two epochs of six steps on small images of the rendered set. */
const config: ClassificationConfig = configSchema.parse({
  width: 4,
  renderedTrain: 50,
  renderedTest: 20,
  valExamples: 10,
  numEpochs: 2,
  batchSize: 8,
  evalEvery: 1,
  checkpointEvery: 5,
});

/** Runs in `name`, and is interrupted at `stopAt` when given. */
async function runTraining(
  name: string,
  options: { stopAt?: number; resume?: boolean; settings?: ClassificationConfig } = {},
): Promise<TrainingEnd> {
  const { stopAt = Infinity, resume = false, settings = config } = options;
  const run = await openRun({
    folder: join(folder, name),
    config: settings,
    seed: settings.seed,
    backend: {},
    resume,
    print: () => undefined,
  });
  let numAsked = 0;
  const interrupt = { isRequested: () => numAsked >= stopAt };
  const counted = { ...run, log: (step: number, metrics: Record<string, number>) => {
    run.log(step, metrics);
    numAsked = step;
  } }; // prettier-ignore
  return train(settings, { run: counted, preset: 'test', facts: { machine: 'test' }, interrupt });
}

const losses = async (name: string): Promise<unknown[]> => {
  const lines = (await readFile(join(folder, name, 'metrics.jsonl'), 'utf8')).trim().split('\n');
  return lines.map((line) => {
    const { step, loss, valLoss, testLoss } = JSON.parse(line) as Record<string, number>;
    return { step, loss, valLoss, testLoss };
  });
};

const newest = async (name: string): Promise<Checkpoint> => {
  const checkpoint = await latestCheckpoint(join(folder, name, 'checkpoints'), () => undefined);
  return checkpoint!;
};

test('a run ends with metrics, checkpoints and a report; stopping and resuming gives the same bits', async () => {
  const whole = await runTraining('whole');
  expect(whole).toMatchObject({ isFinished: true, step: 12 });
  expect(whole.testTop1).toBeGreaterThanOrEqual(0);
  const report = await readFile(join(folder, 'whole', 'report.html'), 'utf8');
  expect(report).toContain('ResNet18-RPG on rendered shapes');
  expect(report).toContain('Confusions on test');

  expect(await runTraining('parts', { stopAt: 7 })).toEqual({ isFinished: false, step: 7, testTop1: undefined });
  expect(await runTraining('parts', { resume: true })).toEqual(whole);
  expect(await losses('parts')).toEqual(await losses('whole'));
  const [one, other] = [await newest('whole'), await newest('parts')];
  expect(one.step).toBe(12);
  expect([...other.tensors]).toEqual([...one.tensors]);
  const best = await readCheckpoint(join(folder, 'parts', 'checkpoints', 'best.safetensors'));
  expect(best.metadata.bestScore).toBe(one.metadata.bestScore);
});

test('images in files, two of them broken: the run ends and tells', async () => {
  const data = join(folder, 'images');
  await writeImageFolder(data, { train: [9, 9, 9], val: [4, 4, 4] });
  await truncate(join(data, 'train', 'a', '003.png'), 90);
  await truncate(join(data, 'val', 'b', '002.png'), 0);
  const settings = configSchema.parse({ ...config, dataset: 'folder', data, imageSize: 16, valExamples: 3 });
  const whole = await runTraining('files', { settings });
  expect(whole).toMatchObject({ isFinished: true, step: 6 });
  const log = await readFile(join(folder, 'files', 'log.txt'), 'utf8');
  expect(log).toContain(`Left out an image. Cannot read ${join(data, 'train', 'a', '003.png')}: `);
  expect(log).toContain(`Left out an image. Cannot read ${join(data, 'val', 'b', '002.png')}: it is empty.`);
  expect(log).toMatch(/Waiting for data: \d+\.\d % of the time of a step\./);
  const report = await readFile(join(folder, 'files', 'report.html'), 'utf8');
  expect(report).toContain('ResNet18-RPG on images of 3 classes');
  expect(report).toContain('11 images, read once');
  expect(report).toContain('2 images could not be read');

  const parts = { ...settings, numWorkers: 1 };
  await runTraining('file-parts', { settings: parts, stopAt: 4 });
  expect(await runTraining('file-parts', { settings: parts, resume: true })).toEqual(whole);
  expect(await losses('file-parts')).toEqual(await losses('files'));
});

test('a run begins with the weights of another, and goes on without its file', async () => {
  await runTraining('first');
  const file = join(folder, 'first', 'checkpoints', 'step-00000012.safetensors');
  const settings = configSchema.parse({ ...config, startFrom: file, learningRate: 1e-12, warmUpEpochs: 0 });
  expect(await runTraining('second', { settings, stopAt: 3 })).toMatchObject({ isFinished: false, step: 3 });
  const log = await readFile(join(folder, 'second', 'log.txt'), 'utf8');
  expect(log).toContain(`Starting with the weights of ${file}.`);
  const [before, after] = [await newest('first'), await newest('second')];
  for (const name of ['weights/ring', 'weights/head/kernel']) {
    after.tensors.get(name)!.data.forEach((value, i) => {
      expect(Number(value)).toBeCloseTo(Number(before.tensors.get(name)!.data[i]!), 6);
    });
  }
  await rm(file);
  expect(await runTraining('second', { settings, resume: true })).toMatchObject({ isFinished: true, step: 12 });
  await expect(runTraining('third', { settings })).rejects.toThrow(
    /^Cannot read the checkpoint .*there is no such file/,
  );
});

test('a pruned run holds its filters from the first step to the last, resumed or not', async () => {
  await runTraining('unpruned');
  const startFrom = join(folder, 'unpruned', 'checkpoints', 'step-00000012.safetensors');
  const settings = configSchema.parse({ ...config, startFrom, pruneFilters: 0.3 });
  const whole = await runTraining('pruned', { settings });
  await runTraining('pruned-parts', { settings, stopAt: 4 });
  await rm(startFrom);
  expect(await runTraining('pruned-parts', { settings, resume: true })).toEqual(whole);
  expect(await losses('pruned-parts')).toEqual(await losses('pruned'));
  const [one, other] = [await newest('pruned'), await newest('pruned-parts')];
  expect([...other.tensors]).toEqual([...one.tensors]);

  const before = tf.memory().numTensors;
  const { model, source, dataset } = await openTrainedModel(one.file, null, null);
  const mask = source.statistics.get('pruning/stage4/block1/conv1/kernel')!.dataSync<'float32'>();
  expect(mask.reduce((sum, kept) => sum + kept, 0)).toBe(32 - 9);
  expect((await evaluate(model, source, dataset.test)).top1).toBe(whole.testTop1);
  source.dispose();
  expect(tf.memory().numTensors).toBe(before);
  const log = await readFile(join(folder, 'pruned', 'log.txt'), 'utf8');
  // Of 4, 8, 16 and 32 filters 1, 2, 4 and 9 go.
  expect(log).toContain(`Pruned: ${296 - 4 * 1 - 5 * (2 + 4 + 9)} of 296 filters are left`);
  expect(await readFile(join(folder, 'pruned', 'report.html'), 'utf8')).toContain('Pruned backbone');
});
