import '@tensorflow/tfjs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as tf from '@tensorflow/tfjs-core';
import { captureState, writeCheckpoint } from 'training-kit';
import { DataError } from 'training-kit/errors';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type ClassificationConfig, type ClassificationSettings, configSchema } from '../config.js';
import { buildNetwork } from './network.js';
import { readStartOf, takeOver } from './start-from.js';

let folder: string;
beforeAll(async () => {
  await tf.setBackend('cpu');
  folder = await mkdtemp(join(tmpdir(), 'start-from-'));
});
afterAll(async () => {
  await rm(folder, { recursive: true });
});

const configOf = (change: ClassificationSettings): ClassificationConfig =>
  configSchema.parse({ width: 4, ringSize: 100, seed: 3, ...change });

let numFiles = 0;
/** A checkpoint of an untrained network with these settings. */
async function checkpointOf(change: ClassificationSettings, numClasses = 10): Promise<string> {
  const config = configOf(change);
  const { source } = buildNetwork(config, { numClasses });
  const tensors = captureState({ source });
  source.dispose();
  return writeCheckpoint(join(folder, String(numFiles++)), 1, { tensors, metadata: {} }, { keepLast: 1, config });
}

test.each<[ClassificationSettings, string]>([
  [{ seed: 1 }, '--seed 3'],
  [{ depth: 34 }, '--depth 18'],
  [{ width: 8 }, '--width 4'],
  [{ stem: 'imagenet' }, '--stem cifar'],
  [{ ringSize: 101 }, '--ring-size 100'],
  [{ scope: 'block' }, '--scope global'],
  [{ generator: 'paired' }, '--generator linear'],
  [{ sampling: 'uneven', reflect: false }, '--sampling even --reflect'],
  [{ ringStart: 0.02 }, '--ring-start rms'],
  [{ weights: 'shared' }, '--weights ring'],
])('a ring of a run that differs in %j is refused', async (change, flags) => {
  await expect(readStartOf(await checkpointOf({}), configOf(change), undefined)).rejects.toThrow(
    new RegExp(`its weights would be laid out otherwise, .* Pass ${flags}\\.$`),
  );
});

test('all is taken over, and nothing left in memory', async () => {
  const checkpoint = await readStartOf(await checkpointOf({}), configOf({ learningRate: 1 }), undefined);
  const { source } = buildNetwork(configOf({}), { numClasses: 10 });
  for (const variable of source.trainables.values()) variable.assign(tf.zerosLike(variable));
  const { numTensors } = tf.memory();
  expect(takeOver(source, checkpoint)).toBe(`Starting with the weights of ${checkpoint.file}.`);
  expect(tf.memory().numTensors).toBe(numTensors);
  expect([...captureState({ source })]).toEqual([...checkpoint.tensors]);
  source.dispose();
});

test('for other classes the head begins anew', async () => {
  const checkpoint = await readStartOf(await checkpointOf({}, 7), configOf({}), undefined);
  const { source } = buildNetwork(configOf({}), { numClasses: 10 });
  source.trainables.get('ring')!.assign(tf.zeros([100]));
  const headBefore = [...source.trainables.get('head/kernel')!.dataSync()];
  expect(takeOver(source, checkpoint)).toBe(
    `Starting with the weights of ${checkpoint.file}, but a new head: for 10 classes in place of 7.`,
  );
  expect([...source.trainables.get('head/kernel')!.dataSync()]).toEqual(headBefore);
  expect(source.trainables.get('ring')!.dataSync()).toEqual(checkpoint.tensors.get('weights/ring')!.data);
  source.dispose();
});

test('a pruned network is refused, whether the new run prunes or not', async () => {
  const file = await checkpointOf({ pruneFilters: 0.3, startFrom: 'runs/first' });
  const message =
    `${file} is of a network of which 0.3 of the filters are held at zero, and a new run would not hold them. Train that ` +
    'run on (numEpochs), or begin with what it began with: runs/first.';
  await expect(readStartOf(file, configOf({}), undefined)).rejects.toThrow(message);
  await expect(readStartOf(file, configOf({ pruneFilters: 0.3 }), undefined)).rejects.toThrow(message);
});

test('masks of filters are not looked for in it', async () => {
  const pruned = configOf({ pruneFilters: 0.3, startFrom: 'any' });
  const { source } = buildNetwork(pruned, { numClasses: 10 });
  const checkpoint = await readStartOf(await checkpointOf({}), pruned, undefined);
  expect(takeOver(source, checkpoint)).toBe(`Starting with the weights of ${checkpoint.file}.`);
  source.dispose();
});

test('plain weights of another network are refused by their shapes', async () => {
  const plain: ClassificationSettings = { weights: 'independent', ringSize: 0.5 };
  const checkpoint = await readStartOf(await checkpointOf(plain), configOf({ ...plain, width: 8 }), undefined);
  const { source } = buildNetwork(configOf({ ...plain, width: 8 }), { numClasses: 10 });
  expect(() => takeOver(source, checkpoint)).toThrow(DataError);
  source.dispose();
});
