import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as tf from '@tensorflow/tfjs-core';
import { unpackModel } from 'rpg-core';
import { ConfigError, DataError } from 'training-kit/errors';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import { openTrainedModel } from '../trained-model.js';
import { exportCommand } from './export.js';
import { trainCommand } from './train.js';

const parent = mkdtempSync(join(tmpdir(), 'classification-export-'));
const at = (name: string): string => join(parent, name);
const best = join(parent, 'run', 'checkpoints', 'best.safetensors');
const names = ['manifest.json', 'weights.safetensors'];
let printed: string[] = [];
let numTensors = 0;

beforeAll(async () => {
  vi.spyOn(process.stdout, 'write').mockReturnValue(true);
  vi.spyOn(console, 'log').mockImplementation((line: unknown) => {
    printed.push(String(line));
  });
  await trainCommand([
    ...['--run', at('run'), '--width', '4', '--rendered-train', '50', '--rendered-test', '20', '--val-examples', '10'],
    ...['--num-epochs', '1', '--batch-size', '8', '--device', 'wasm'],
  ]);
});
beforeEach(() => {
  printed = [];
  numTensors = tf.memory().numTensors;
});
// An export leaves nothing in memory, whether it succeeds or not.
afterEach(() => {
  expect(tf.memory().numTensors).toBe(numTensors);
});
afterAll(() => {
  vi.restoreAllMocks();
  rmSync(parent, { recursive: true });
});

test('the files hold the trained numbers, and what a page needs to use them', async () => {
  await exportCommand(['--checkpoint', best, '--to', at('a/model'), '--ring-format', 'float32', '--device', 'wasm']);
  const files = new Map(names.map((name) => [name, readFileSync(join(at('a/model'), name))]));
  expect(printed).toEqual(
    names.map((name) => `${join(at('a/model'), name)}: ${(files.get(name)!.length / 1000).toFixed(0)} kB`),
  );
  const { source, metadata } = await unpackModel(files);
  const trained = await openTrainedModel(best, null, null);
  expect([...source.trainables.keys()]).toEqual([...trained.source.trainables.keys()]);
  for (const [name, variable] of trained.source.trainables) {
    expect(source.trainables.get(name)!.dataSync()).toEqual(variable.dataSync());
  }
  const { classNames, normalization, imageShape, preparation } = trained.dataset;
  expect(Object.fromEntries(Object.entries(metadata).map(([key, text]) => [key, JSON.parse(text) as unknown]))).toEqual(
    {
      network: { depth: 18, width: 4, stem: 'cifar', numClasses: classNames.length },
      ...{ classNames, normalization, imageShape },
      preparation: expect.objectContaining({ ...preparation }) as unknown,
    },
  );
  source.dispose();
  trained.source.dispose();
});

test('a pruned network gives the same answers without its masks', async () => {
  const flags = ['--start-from', best, '--prune-filters', '0.5', '--rendered-train', '50', '--rendered-test', '20'];
  const small = ['--width', '4', '--val-examples', '10', '--num-epochs', '1', '--batch-size', '8', '--device', 'wasm'];
  await trainCommand(['--run', at('pruned'), ...flags, ...small]);
  numTensors = tf.memory().numTensors;
  const to = at('pruned-model');
  await exportCommand(['--checkpoint', at('pruned'), '--to', to, '--ring-format', 'float32', '--device', 'wasm']);
  const { source } = await unpackModel(new Map(names.map((name) => [name, readFileSync(join(to, name))])));
  const trained = await openTrainedModel(at('pruned'), null, null);
  expect([...source.statistics.keys()].filter((name) => name.startsWith('pruning/'))).toEqual([]);
  const images = tf.randomNormal<tf.Rank.R4>([2, 16, 16, 3], 0, 1, 'float32', 1);
  const [exported, own] = [source, trained.source].map((each) =>
    tf.tidy(() => [...trained.model.apply(each.generate(), images, { isTraining: false }).dataSync()]),
  );
  expect(exported).toEqual(own);
  images.dispose();
  source.dispose();
  trained.source.dispose();
});

test('the ring is stored in half the bytes unless told otherwise, in a quarter as int8', async () => {
  const sizeOf = async (folder: string, ...flags: string[]): Promise<number> => {
    await exportCommand(['--checkpoint', best, '--to', at(folder), '--device', 'wasm', ...flags]);
    return statSync(join(at(folder), 'weights.safetensors')).size;
  };
  const [full, half, quarter] = [
    await sizeOf('float32', '--ring-format', 'float32'),
    await sizeOf('default'),
    await sizeOf('int8', '--ring-format', 'int8'),
  ];
  const { source } = await openTrainedModel(best, null, null);
  const ringSize = source.trainables.get('ring')!.size;
  source.dispose();
  // Per element of the ring; the heads of the files and what else int8 stores are small beside it.
  expect((full - half) / ringSize).toBeCloseTo(2, 1);
  expect((full - quarter) / ringSize).toBeCloseTo(3, 1);
});

test('a folder that cannot be written into is named', async () => {
  mkdirSync(at('taken/manifest.json'), { recursive: true });
  const exported = exportCommand(['--checkpoint', best, '--to', at('taken'), '--device', 'wasm']);
  await expect(exported).rejects.toThrow(DataError);
  await expect(exported).rejects.toThrow(`Cannot write the model into ${at('taken')}: EISDIR`);
});

test('a seed is not withheld: it is guessed at once', async () => {
  const words = ['--checkpoint', best, '--to', at('never'), '--withhold-seed', '--device', 'wasm'];
  await expect(exportCommand(words)).rejects.toThrow(
    new ConfigError(
      'withholdSeed',
      `--withhold-seed protects nothing here: the network of ${best} was drawn from the seed of its training, a small ` +
        'number that is guessed at once. It cannot be withheld. Train one that can by `npx nx run ' +
        'classification:train -- --key-file FILE`, and export that with --key-file FILE --withhold-seed.',
    ),
  );
  expect(existsSync(at('never'))).toBe(false);
});
