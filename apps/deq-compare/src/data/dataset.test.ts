import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createRng } from 'rpg-core';
import { ConfigError, DataError } from 'training-kit/errors';
import { expect, test } from 'vitest';
import { type DataConfig, datasetFacts, openDataset } from './dataset.js';

const small: DataConfig = {
  dataset: 'rendered',
  data: null,
  valExamples: 20,
  renderedTrain: 40,
  renderedTest: 30,
  augment: false,
  numWorkers: 1,
  seed: 3,
};

test('the rendered set: sizes, classes and shape', async () => {
  const { train, val, test: held, numClasses, imageShape } = await openDataset(small);
  expect([train, val, held].map(({ numExamples }) => numExamples)).toEqual([40, 20, 30]);
  expect(numClasses).toBe(datasetFacts.rendered.numClasses);
  expect(imageShape).toEqual([32, 32, 3]);
});

test('without augmentation a batch holds the images as evaluation shows them; with it, others', async () => {
  const batchOf = async (augment: boolean): Promise<{ images: Float32Array; labels: Int32Array }> => {
    const { train } = await openDataset({ ...small, augment });
    const order = { batchSize: 40, lastBatch: 'drop', rng: createRng(1), fromStep: 0, toStep: 1 } as const;
    for await (const batch of train.trainBatches(order)) return batch;
    throw new Error('expected a batch');
  };
  const [plain, augmented] = [await batchOf(false), await batchOf(true)];
  expect(augmented.labels).toEqual(plain.labels);
  expect(augmented.images).not.toEqual(plain.images);
  const sums = async (): Promise<number[]> => {
    const { train } = await openDataset(small);
    const found: number[] = [];
    for await (const { images } of train.evalBatches({ batchSize: 1 })) found.push(images[0]!);
    return found.sort();
  };
  const firstPixels = Array.from({ length: 40 }, (_, i) => plain.images[i * 3072]!).sort();
  expect(firstPixels).toEqual(await sums());
});

test.each<{ change: Partial<DataConfig>; key: string; said: string }>([
  {
    change: { dataset: 'cifar10' },
    key: 'data',
    said: 'data is not set: CIFAR-10 is read from a folder. Pass --data DIR, the folder that holds cifar-10-batches-bin.',
  },
  {
    change: { data: 'DIR' },
    key: 'data',
    said: 'data is "DIR", but the rendered set reads no files. Leave --data out, or pass --dataset cifar10 or cifar100.',
  },
])('$key: $said', async ({ change, key, said }) => {
  const error: unknown = await openDataset({ ...small, ...change }).catch((reason: unknown) => reason);
  expect(error).toBeInstanceOf(ConfigError);
  expect(error).toMatchObject({ key, message: said });
});

test('a CIFAR folder without CIFAR is a DataError', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'deq-dataset-'));
  await expect(openDataset({ ...small, dataset: 'cifar100', data: folder })).rejects.toThrow(DataError);
  await rm(folder, { recursive: true });
});
