import { copyFile, mkdir, mkdtemp, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadBackend } from 'tensorflow-runtime';
import { type Checkpoint, latestCheckpoint, openRun, readCheckpoint } from 'training-kit';
import { DataError } from 'training-kit/errors';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { noData, posePack } from '../test/real-data.js';
import { configSchema, type PoseConfig, type PoseSettings } from './config.js';
import { train, type TrainingEnd } from './train.js';

let folder: string;
beforeAll(async () => {
  await loadBackend({});
  folder = await mkdtemp(join(tmpdir(), 'pose-'));
});
afterAll(async () => {
  await rm(folder, { recursive: true });
});

/** Two epochs of five steps of a tiny network on small figures. */
const tiny: PoseSettings = {
  widthMultiplier: 1 / 64,
  inputSize: 32,
  depth: 1,
  renderedTrain: 20,
  renderedTest: 9,
  valExamples: 5,
  renderedSizePx: 64,
  numEpochs: 2,
  batchSize: 4,
  checkpointEvery: 5,
};

async function runTraining(
  name: string,
  options: { stopAt?: number; resume?: boolean; settings?: PoseSettings } = {},
): Promise<TrainingEnd> {
  const { stopAt = Infinity, resume = false } = options;
  const config: PoseConfig = configSchema.parse({ ...tiny, ...options.settings });
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
  const interrupt = { isRequested: () => step >= stopAt };
  return train(config, { run: counted, preset: 'test', facts: { machine: 'test' }, interrupt });
}

const reportOf = (name: string): Promise<string> => readFile(join(folder, name, 'report.html'), 'utf8');
const logOf = (name: string): Promise<string> => readFile(join(folder, name, 'log.txt'), 'utf8');

async function losses(name: string): Promise<unknown[]> {
  const lines = (await readFile(join(folder, name, 'metrics.jsonl'), 'utf8')).trim().split('\n');
  return lines.map((line) => {
    const { step, loss, valLoss, valPckh, testPckh } = JSON.parse(line) as Record<string, number>;
    return { step, loss, valLoss, valPckh, testPckh };
  });
}

const newest = async (name: string): Promise<Checkpoint> =>
  (await latestCheckpoint(join(folder, name, 'checkpoints'), () => undefined))!;

test('a run ends with metrics, checkpoints and a report; stopping and resuming gives the same bits', async () => {
  const whole = await runTraining('whole');
  expect(whole).toMatchObject({ isFinished: true, step: 10 });
  expect(whole.testPckh).toBeGreaterThanOrEqual(0);
  const report = await reportOf('whole');
  for (const said of [
    '2 stacked hourglasses, weights ring, on rendered figures',
    '9 people of test; variant A, pytorch-pose',
    'Train − held-out gap',
    'The worst ones',
    'Heat maps',
    'upper neck',
    'C, princeton',
  ]) {
    expect(report).toContain(said);
  }
  expect(await logOf('whole')).toMatch(/Waiting for data: \d+\.\d % of the time of a step\./);

  expect(await runTraining('parts', { stopAt: 7 })).toEqual({ isFinished: false, step: 7, testPckh: undefined });
  expect(await runTraining('parts', { resume: true })).toEqual(whole);
  expect(await losses('parts')).toEqual(await losses('whole'));
  const [one, other] = [await newest('whole'), await newest('parts')];
  expect(one.step).toBe(10);
  expect([...other.tensors]).toEqual([...one.tensors]);
  const best = await readCheckpoint(join(folder, 'parts', 'checkpoints', 'best.safetensors'));
  expect(best.metadata.bestScore).toBe(one.metadata.bestScore);
});

test('nobody held out: trains to the end, says so, and has no pictures of mistakes', async () => {
  const settings = { valExamples: 0, trainExamples: 8, numEpochs: 1, optimizer: 'adam', weights: 'shared' } as const;
  expect(await runTraining('few', { settings })).toMatchObject({ isFinished: true, step: 2 });
  expect(await reportOf('few')).toContain('weights shared, on rendered figures');
});

/** A copy of four people of the real pack in HRNet's form, its images beside it. */
async function copyOfPeople(name: string): Promise<{ images: string; annotations: string; files: string[] }> {
  const people = JSON.parse(await readFile(join(posePack, 'annot', 'lspet_train.json'), 'utf8')) as {
    image: string;
  }[];
  const few = people.slice(0, 12);
  const images = join(folder, name);
  await mkdir(images);
  for (const { image } of few) await copyFile(join(posePack, 'images', image), join(images, image));
  const annotations = join(folder, `${name}.json`);
  await writeFile(annotations, JSON.stringify(few));
  return { images, annotations, files: few.map(({ image }) => image) };
}

test.skipIf(noData)(`photographs, one of them broken: the run stops, or counts it${noData}`, async () => {
  const { images, annotations, files } = await copyOfPeople('people');
  await truncate(join(images, files[3]!), 900);
  const settings = { dataset: 'mpii', images, annotations, valExamples: 4, boxRule: 'enlarged' } as const;
  const stopped = runTraining('stopped', { settings });
  await expect(stopped).rejects.toThrow(DataError);
  await expect(stopped).rejects.toThrow(`(${files[3]!})`);
  const end = await runTraining('skipping', { settings: { ...settings, onBadImage: 'skip' } });
  expect(end).toMatchObject({ isFinished: true, step: 4 });
  const report = await reportOf('skipping');
  for (const said of ['on images of people', 'Images left out', files[3]!]) expect(report).toContain(said);
  const log = await logOf('skipping');
  expect(log.match(/Left out an image\./g)).toHaveLength(1);
  expect(log).toContain('Images that could not be read and were left out: 1; the report names them.');
});
