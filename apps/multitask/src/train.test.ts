import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadBackend } from 'tensorflow-runtime';
import { type Checkpoint, latestCheckpoint, openRun } from 'training-kit';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { configSchema, type MultitaskSettings } from './config.js';
import { renderToFolder } from './data/render-to-folder.js';
import { renderedNormalization } from './data/rendered.js';
import { weightModes } from './model/weights.js';
import { train, type TrainingEnd } from './train.js';

let folder: string;
beforeAll(async () => {
  await loadBackend({});
  folder = await mkdtemp(join(tmpdir(), 'multitask-'));
});
afterAll(async () => {
  await rm(folder, { recursive: true });
});

/** Two epochs of three steps of a tiny network on small rooms. */
const tiny: MultitaskSettings = {
  widthMultiplier: 1 / 16,
  inputSize: 16,
  renderedSizePx: 16,
  renderedTrain: 6,
  renderedTest: 3,
  valExamples: 2,
  numEpochs: 2,
  batchSize: 2,
  checkpointEvery: 3,
};

async function runTraining(
  name: string,
  options: { stopAt?: number; resume?: boolean; settings?: MultitaskSettings } = {},
): Promise<TrainingEnd> {
  const { stopAt = Infinity, resume = false } = options;
  const config = configSchema.parse({ ...tiny, ...options.settings });
  const run = await openRun({
    folder: join(folder, name),
    config,
    seed: config.seed,
    backend: {},
    resume,
    print: () => undefined,
  });
  let step = 0;
  const counted = { ...run, log: (at: number, metrics: Record<string, number>) => {
    run.log(at, metrics);
    step = at;
  } }; // prettier-ignore
  return train(config, {
    run: counted,
    preset: 'test',
    facts: { machine: 'test' },
    interrupt: { isRequested: () => step >= stopAt },
  });
}

async function logged(name: string): Promise<Record<string, number>[]> {
  const lines = (await readFile(join(folder, name, 'metrics.jsonl'), 'utf8')).trim().split('\n');
  return lines.map((line) => {
    const { step, loss, valDepthRmse, valNormalRmse, testDepthRmse } = JSON.parse(line) as Record<string, number>;
    return { step, loss, valDepthRmse, valNormalRmse, testDepthRmse } as Record<string, number>;
  });
}

const newest = async (name: string): Promise<Checkpoint> =>
  (await latestCheckpoint(join(folder, name, 'checkpoints'), () => undefined))!;

test('a run ends with metrics, checkpoints and a report; stopping and resuming gives the same bits', async () => {
  const whole = await runTraining('whole');
  expect(whole).toMatchObject({ isFinished: true, step: 6 });
  const report = await readFile(join(folder, 'whole', 'report.html'), 'utf8');
  for (const said of ['Depth RMSE', 'Mean angle of normals', 'Reuse &amp; new BN', 'encoder/layer4']) {
    expect(report).toContain(said);
  }
  expect(await runTraining('parts', { stopAt: 4 })).toEqual({ isFinished: false, step: 4, test: undefined });
  expect(await runTraining('parts', { resume: true })).toEqual(whole);
  expect(await logged('parts')).toEqual(await logged('whole'));
  const [one, other] = [await newest('whole'), await newest('parts')];
  expect(one.step).toBe(6);
  expect([...other.tensors]).toEqual([...one.tensors]);

  const file = join(folder, 'whole', 'checkpoints', 'step-00000006.safetensors');
  await runTraining('tuned', { settings: { startFrom: file, learningRate: 1e-12, numEpochs: 1 } });
  const weights = [...(await newest('tuned')).tensors].filter(([name]) => name.startsWith('weights/ring/'));
  expect(weights.length).toBeGreaterThan(10);
  for (const [name, { data }] of weights) {
    const before = one.tensors.get(name)!.data;
    data.forEach((value, i) => {
      expect(Number(value)).toBeCloseTo(Number(before[i]!), 6);
    });
  }
});

test('a network keeps its normalisation, and its run goes on without the file that it began with', async () => {
  const settings: MultitaskSettings = {
    numEpochs: 1,
    numStacks: 1,
    renderedTrain: 4,
    renderedTest: 1,
    valExamples: 0,
    checkpointEvery: 1,
  };
  await runTraining('of-rooms', { settings });
  const file = join(folder, 'of-rooms', 'checkpoints', 'step-00000002.safetensors');
  const rooms = join(folder, 'rooms-as-files');
  await renderToFolder(rooms, configSchema.parse({ ...tiny, ...settings }));
  const asFiles: MultitaskSettings = {
    ...settings,
    ...{ dataset: '2d3ds', folder: rooms, trainAreas: ['train'], testAreas: ['test'], startFrom: file, numEpochs: 2 },
  };
  expect(await runTraining('of-files', { settings: asFiles, stopAt: 2 })).toMatchObject({ isFinished: false });
  expect((await newest('of-files')).data?.network).toEqual({ normalization: renderedNormalization });
  await rm(file);
  expect(await runTraining('of-files', { settings: asFiles, resume: true })).toMatchObject({
    isFinished: true,
    step: 4,
  });
  expect((await newest('of-files')).data?.network).toEqual({ normalization: renderedNormalization });
  await expect(runTraining('again', { settings: asFiles })).rejects.toThrow(
    /^Cannot read the checkpoint .*there is no such file/,
  );
});

test.each(weightModes)('a run with weights %s', async (weights) => {
  const end = await runTraining(weights, { settings: { weights, numEpochs: 1, renderedTrain: 2, valExamples: 0 } });
  expect(end).toMatchObject({ isFinished: true, step: 1 });
});
