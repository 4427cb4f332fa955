import { existsSync } from 'node:fs';
import { copyFile, cp, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { TrainedData } from 'training-kit';
import { ConfigError, DataError } from 'training-kit/errors';
import { countClasses, type Split } from 'training-kit/labelled-images';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { writeImageFolder } from '../../../test/image-folder-fixture.js';
import { type FolderConfig, openFolder } from './folder-dataset.js';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'folder-dataset-'));
  await writeImageFolder(folder, { train: [8, 9, 10], val: [2, 3, 1] });
});
afterAll(async () => {
  await rm(folder, { recursive: true });
});

const config = (change: Partial<FolderConfig> = {}): FolderConfig => ({
  data: folder,
  imageSize: 8,
  flip: true,
  numWorkers: 1,
  valExamples: 6,
  seed: 1,
  ...change,
});

const noNote = () => undefined;

test('test is the folder’s val, whole; val is held out of train, equally many of each class', async () => {
  const { train, val, test, ...facts } = await openFolder(config(), noNote);
  expect(facts).toMatchObject({ name: 'folder', numClasses: 3, classNames: ['a', 'b', 'c'], imageShape: [8, 8, 3] });
  expect(countClasses(test.labels, 3)).toEqual([2, 3, 1]);
  expect(countClasses(val.labels, 3)).toEqual([2, 2, 2]);
  expect(countClasses(train.labels, 3)).toEqual([6, 7, 8]);
  const seen = await Promise.all([
    ...Array.from({ length: 21 }, (_, i) => train.imageAt(i)),
    ...Array.from({ length: 6 }, (_, i) => val.imageAt(i)),
  ]);
  expect(new Set(seen.map((bytes) => bytes.join())).size).toBe(27); // no image is in both
});

test('the seed decides what is held out', async () => {
  const firstOfVal = async (seed: number) =>
    Promise.all([0, 1, 2].map(async (i) => (await openFolder(config({ seed }), noNote)).val.imageAt(i)));
  expect(await firstOfVal(1)).toEqual(await firstOfVal(1));
  expect(await firstOfVal(1)).not.toEqual(await firstOfVal(2));
});

test('each note comes as a line and nothing else, for whoever prints all that it is given', async () => {
  await writeFile(join(folder, 'train', 'a', 'README.txt'), 'no image');
  const calls: unknown[][] = [];
  await openFolder(config(), (...given: unknown[]) => calls.push(given)).finally(() =>
    rm(join(folder, 'train', 'a', 'README.txt')),
  );
  expect(calls.length).toBeGreaterThan(0);
  for (const given of calls) expect(given).toEqual([expect.any(String)]);
});

test('no folder given', async () => {
  await expect(openFolder(config({ data: null }), noNote)).rejects.toThrow(
    new ConfigError(
      'data',
      'data is not set: images are read from a folder. Pass --data DIR, the folder that holds train and val.',
    ),
  );
});

test('more threads than can decode at a time: said, with the way out', async () => {
  const lines: string[] = [];
  await openFolder(config({ numWorkers: 2000 }), (line) => lines.push(line));
  expect(lines.slice(0, 1)).toEqual([expect.stringMatching(/^2000 threads read .* set UV_THREADPOOL_SIZE=2000 in the environment\.$/)]); // prettier-ignore
});

/** What opening says, with the folder called DIR. */
async function linesOf(
  change: Partial<FolderConfig> = {},
  trainedData: TrainedData = { kind: 'none' },
): Promise<string[]> {
  const lines: string[] = [];
  const data = change.data ?? folder;
  await openFolder(
    config(change),
    (...words: unknown[]) => lines.push(words.join(' ').replaceAll(data, 'DIR')),
    trainedData,
  );
  return lines;
}

async function copyOf(name: string): Promise<string> {
  const copy = join(folder, '..', `${basename(folder)}-${name}`);
  await cp(folder, copy, { recursive: true });
  copies.push(copy);
  return copy;
}

const copies: string[] = [];
afterAll(async () => {
  for (const copy of copies) await rm(copy, { recursive: true });
});

const namesIn = (split: Split): string[] => [...(split.identify().names?.() ?? [])];

test('the start tells images and classes of each split, each line as one text', async () => {
  expect(await linesOf()).toEqual([
    'train: 21 images in 3 classes: a 6, b 7, c 8.',
    'val: 6 images in 3 classes: a 2, b 2, c 2.',
    'test: 6 images in 3 classes: a 2, b 3, c 1.',
  ]);
  const data = await copyOf('notes');
  await writeFile(join(data, 'train', 'list.txt'), 'x');
  expect((await linesOf({ data }))[0]).toBe('DIR/train: 1 files that are no images by their names are passed over.');
});

test('images that cannot be read are told at the start, by class', async () => {
  const data = await copyOf('broken');
  const kept = namesIn((await openFolder(config({ data }), noNote)).train);
  const [ofA] = kept.filter((name) => name.startsWith('a/'));
  await writeFile(join(data, 'train', ofA!), '<!doctype html><title>Sign in</title>');
  const dataset = await openFolder(config({ data }), noNote);
  expect(dataset.leftOutByClass().map((line) => line.replaceAll(data, 'DIR'))).toEqual([
    'Left out of DIR/train, since they cannot be read: a 1.',
  ]);
  expect(await linesOf({ data })).toContain('train: 21 images in 3 classes: a 6 (1 cannot be read), b 7, c 8.');
});

test.each(['train', 'val'])('a class of %s of which nothing can be read is refused by name', async (split) => {
  const data = await copyOf(`pointers-${split}`);
  for (const name of await readdir(join(data, split, 'b'))) {
    await writeFile(
      join(data, split, 'b', name),
      'version https://git-lfs.github.com/spec/v1\noid sha256:4d7a\nsize 9\n',
    );
  }
  const numImages = split === 'train' ? 7 : 3;
  const error: unknown = await openFolder(config({ data }), noNote).catch((reason: unknown) => reason);
  expect(error).toBeInstanceOf(DataError);
  const [first, second, third] = (error as Error).message.replaceAll(data, 'DIR').split('\n');
  const called = split === 'train' ? 'train' : 'test';
  expect(first).toBe(`No image can be read of a class of ${called}, in DIR/${split}:`);
  expect(second).toMatch(
    new RegExp(
      `^  b, ${numImages} images: Cannot read DIR/${split}/b/\\d+\\.png: it is a Git LFS pointer, not the file itself; `,
    ),
  );
  expect(third).toBe('Replace the files, or remove the class from train and val.');
});

test('the same image in two splits is a warning with a count', async () => {
  const data = await copyOf('shared');
  const { train, val } = await openFolder(config({ data }), noNote);
  const [inTrain, inVal] = [namesIn(train), namesIn(val)];
  await copyFile(join(data, 'train', inTrain[0]!), join(data, 'val', 'a', 'x.png'));
  await copyFile(join(data, 'train', inTrain[1]!), join(data, 'val', 'c', 'y.png'));
  await copyFile(join(data, 'train', inVal[0]!), join(data, 'val', 'c', 'z.png'));
  const mend = 'What test tells is better than what the network can do; remove them from one of the two.';
  expect((await linesOf({ data })).filter((line) => line.startsWith('Warning'))).toEqual([
    `Warning: 2 images are in test and in train, byte for byte: DIR/val/a/x.png is DIR/train/${inTrain[0]!}, …. ${mend}`,
    `Warning: 1 image is in test and in val, byte for byte: DIR/val/c/z.png is DIR/train/${inVal[0]!}. ${mend}`,
  ]);
});

test('files that are added or removed never bring a held-out image into train, nor a trained one into val', async () => {
  const data = await copyOf('more');
  const before = await openFolder(config({ data }), noNote);
  const heldOut = namesIn(before.val);
  const identity = { network: {}, splits: {} };
  const namesOf = (name: string) => Promise.resolve(name === 'val' ? heldOut : undefined);
  const trainedData: TrainedData = { kind: 'known', from: 'RUN', identity, namesOf };
  // Fresh draws by place, as they were, would be others: sixteen files of each class come first in order.
  for (const label of ['a', 'b', 'c']) {
    for (let i = 0; i < 16; i++)
      await copyFile(join(data, 'val', 'a', '000.png'), join(data, 'train', label, `!${i}.png`));
  }
  const more = await openFolder(config({ data }), noNote, trainedData);
  expect(namesIn(more.val)).toEqual(heldOut);
  expect(more.train.numExamples).toBe(21 + 48);
  await rm(join(data, 'train', heldOut[0]!));
  const fewer = await openFolder(config({ data }), noNote, trainedData);
  expect(namesIn(fewer.val)).toEqual(heldOut.slice(1));
  expect(fewer.train.numExamples).toBe(21 + 48);
});

test('by name: a file more moves at most one image, whatever its place', async () => {
  const data = await copyOf('one-more');
  const before = new Set(namesIn((await openFolder(config({ data }), noNote)).val));
  await copyFile(join(data, 'val', 'a', '000.png'), join(data, 'train', 'a', '!.png'));
  const after = namesIn((await openFolder(config({ data }), noNote)).val);
  expect(after.filter((name) => !before.has(name)).length).toBeLessThanOrEqual(1);
  // The two of each class with the least SHA-256 of "1/class/file", counted by another program.
  expect([...before].sort()).toEqual(['a/003.png', 'a/005.png', 'b/005.png', 'b/007.png', 'c/001.png', 'c/008.png']);
});

test('a run of an older version holds out what it did: by place', async () => {
  const unknown: TrainedData = { kind: 'unknown', from: 'RUN' };
  const { val } = await openFolder(config(), noNote, unknown);
  expect(namesIn(val)).toEqual(['a/001.png', 'a/003.png', 'b/002.png', 'b/006.png', 'c/005.png', 'c/009.png']);
});

// Real images that developers keep beside the checkout.
const pack = fileURLToPath(new URL('../../../../../../shared/data/tiny_imagenet_20/', import.meta.url));
const noData = existsSync(pack) ? '' : ' (skipped: no data)';

test.skipIf(noData !== '')(`20 classes of Tiny ImageNet${noData}`, async () => {
  const lines: string[] = [];
  const dataset = await openFolder(config({ data: pack, valExamples: 200, imageSize: 64 }), (line) => lines.push(line));
  const { numClasses, classNames, train, val, test } = dataset;
  expect(numClasses).toBe(20);
  expect(classNames.slice(0, 3)).toEqual(['goldfish', 'centipede', 'black stork']);
  expect([train.numExamples, val.numExamples, test.numExamples]).toEqual([2800, 200, 1000]);
  let numSeen = 0;
  for await (const { examples, images } of val.evalBatches({ batchSize: 64 })) {
    numSeen += examples.length;
    const mean = images.reduce((sum, value) => sum + value, 0) / images.length;
    expect(Math.abs(mean)).toBeLessThan(0.5); // normalised by numbers that fit
  }
  expect(numSeen).toBe(200);
  expect(dataset.leftOut).toEqual([]);
  expect(lines).toEqual([
    'train: 2 800 images in 20 classes, 140 each.',
    'val: 200 images in 20 classes, 10 each.',
    'test: 1 000 images in 20 classes, 50 each.',
  ]);
});
