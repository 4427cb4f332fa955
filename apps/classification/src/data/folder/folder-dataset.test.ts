import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ConfigError } from 'training-kit';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { writeImageFolder } from '../../../test/image-folder-fixture.js';
import { countClasses } from 'training-kit/labelled-images';
import { openFolder, type FolderConfig } from './folder-dataset.js';

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
  expect(lines).toEqual([expect.stringMatching(/^2000 threads read .* set UV_THREADPOOL_SIZE=2000 in the environment\.$/)]); // prettier-ignore
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
  expect(dataset.broken).toEqual([]);
  expect(lines).toEqual([]);
});
