import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ConfigError, DataError } from 'training-kit/errors';
import { countClasses, type Split, standardAugmentation } from 'training-kit/labelled-images';
import { expect, test } from 'vitest';
import { type DataConfig, openDataset } from './dataset.js';

const small: DataConfig = {
  dataset: 'rendered',
  data: null,
  valExamples: 20,
  renderedTrain: 50,
  renderedTest: 30,
  ...standardAugmentation,
  imageSize: 32,
  numWorkers: null,
  seed: 3,
};

const noNote = () => undefined;

test('the rendered set: sizes and classes', async () => {
  const { train, val, test, ...facts } = await openDataset(small, noNote);
  expect([train, val, test].map(({ numExamples }) => numExamples)).toEqual([50, 20, 30]);
  expect(countClasses(val.labels, 10)).toEqual(new Array(10).fill(2));
  expect(facts).toMatchObject({ name: 'rendered', numClasses: 10, imageShape: [32, 32, 3] });
  for (const split of [train, val, test]) {
    expect(await split.imageAt(split.numExamples - 1)).toHaveLength(32 * 32 * 3);
  }
});

test('the rendered set: same seed same bytes, another seed or split others', async () => {
  const [first, again, other] = await Promise.all([3, 3, 4].map((seed) => openDataset({ ...small, seed }, noNote)));
  const pixels = (split: Split): Promise<Uint8Array[]> =>
    Promise.all(Array.from({ length: 10 }, (_, i) => split.imageAt(i)));
  expect(await pixels(first!.train)).toEqual(await pixels(again!.train));
  expect(await pixels(first!.train)).not.toEqual(await pixels(other!.train));
  expect(await pixels(first!.train)).not.toEqual(await pixels(first!.test));
});

test.each<{ change: Partial<DataConfig>; key: string; said: string }>([
  {
    change: { dataset: 'cifar100' },
    key: 'data',
    said:
      'data is not set: CIFAR-100 is read from a folder. ' + 'Pass --data DIR, the folder that holds cifar-100-binary.',
  },
  {
    change: { data: 'DIR' },
    key: 'data',
    said:
      'data is "DIR", but the rendered set reads no files. ' +
      'Leave --data out, or pass --dataset cifar10, cifar100 or folder.',
  },
  {
    change: { renderedTrain: 0 },
    key: 'renderedTrain',
    said: 'renderedTrain is 0, expected an integer from 1 to 1000000.',
  },
  {
    change: { valExamples: 1.5 },
    key: 'valExamples',
    said: 'valExamples is 1.5, expected an integer from 0 to 1000000.',
  },
])('$key: $said', async ({ change, key, said }) => {
  const error: unknown = await openDataset({ ...small, ...change }, noNote).catch((reason: unknown) => reason);
  expect(error).toBeInstanceOf(ConfigError);
  expect(error).toMatchObject({ key, message: said });
});

test('a CIFAR folder without CIFAR is a DataError', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'dataset-'));
  await expect(openDataset({ ...small, dataset: 'cifar10', data: folder }, noNote)).rejects.toThrow(DataError);
  await rm(folder, { recursive: true });
});
