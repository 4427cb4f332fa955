import { mkdtemp, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createRng } from 'rpg-core';
import { createLeftOutImages, type LeftOutImages, type TrainOrder } from 'training-kit/data';
import { ConfigError, DataError } from 'training-kit/errors';
import { type EvalBatch, imagenetNormalization, type TrainBatch } from 'training-kit/labelled-images';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { writeImageFolder } from '../../../test/image-folder-fixture.js';
import type { FileList } from './file-list.js';
import { type FilePipeline, fileSplit } from './file-split.js';
import { readImageFolder } from './image-folder.js';
import { reasonLeftOut } from './left-out.js';

let folder: string;
let files: FileList; // 22 sound images
let val: FileList; // 6 images; the second is cut short, the fourth is text
let lines: string[];
let leftOut: LeftOutImages;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'file-split-'));
  await writeImageFolder(folder, { train: [10, 12], val: [3, 3] });
  await truncate(join(folder, 'val/a/001.png'), 100);
  await writeFile(join(folder, 'val/b/000.png'), 'no image');
  ({ train: files, val } = await readImageFolder(folder));
});
afterAll(async () => {
  await rm(folder, { recursive: true });
});

function pipeline(change: Partial<FilePipeline> = {}): FilePipeline {
  lines = [];
  leftOut = createLeftOutImages((line) => lines.push(line.replaceAll(folder, 'DIR')));
  return { imageSize: 6, normalization: imagenetNormalization, flip: true, numWorkers: 2, leftOut, ...change };
}

const order: TrainOrder = {
  batchSize: 5,
  lastBatch: 'keep',
  rng: createRng(1).fork('batches'),
  fromStep: 0,
  toStep: 11,
};

async function collect(
  change: Partial<TrainOrder> = {},
  options: { files?: FileList; numWorkers?: number } = {},
): Promise<Omit<TrainBatch, 'waitMs'>[]> {
  const batches = [];
  const split = fileSplit(options.files ?? files, pipeline({ numWorkers: options.numWorkers ?? 2 }));
  for await (const { waitMs, ...batch } of split.trainBatches({ ...order, ...change })) {
    expect(waitMs).toBeGreaterThanOrEqual(0);
    batches.push(batch);
  }
  return batches;
}

describe('training batches', () => {
  test('shapes and labels; every example of an epoch once', async () => {
    const batches = await collect({ toStep: 5 });
    expect(batches.map(({ step, numExamples }) => [step, numExamples])).toEqual([0, 1, 2, 3, 4].map((step) => [step, step === 4 ? 2 : 5])); // prettier-ignore
    for (const { images, labels, imageShape, numExamples } of batches) {
      expect(imageShape).toEqual([6, 6, 3]);
      expect(images).toHaveLength(numExamples * 108);
      expect(labels).toHaveLength(numExamples);
      expect(images.every((value) => Number.isFinite(value))).toBe(true);
    }
    const labels = batches.flatMap((batch) => [...batch.labels]);
    expect(labels.filter((label) => label === 0)).toHaveLength(10);
    expect(labels.filter((label) => label === 1)).toHaveLength(12);
    expect(lines).toEqual([]);
  });

  test('the same for one worker, two and three, and from any step on', async () => {
    const whole = await collect({}, { numWorkers: 1 });
    expect(whole).toHaveLength(11);
    for (const numWorkers of [2, 3]) expect(await collect({}, { numWorkers })).toEqual(whole);
    for (const fromStep of [1, 4, 7, 10]) expect(await collect({ fromStep })).toEqual(whole.slice(fromStep));
    expect(await collect({ rng: createRng(2).fork('batches') })).not.toEqual(whole);
  });

  test('broken images: told once each, replaced in the same way for any number of workers', async () => {
    const one = await collect({ toStep: 9, batchSize: 2 }, { files: val, numWorkers: 1 });
    const told = [
      expect.stringMatching(/^Left out an image\. Cannot read DIR\/val\/a\/001\.png: it cannot be decoded.*\.$/),
      'Left out an image. Cannot read DIR/val/b/000.png: it is no JPEG, PNG or WebP image; it starts with 6e6f2069.',
    ];
    expect(lines.toSorted()).toEqual(told);
    expect(await collect({ toStep: 9, batchSize: 2 }, { files: val, numWorkers: 3 })).toEqual(one);
    expect(lines.toSorted()).toEqual(told);
    expect(leftOut.list.map(({ file }) => file.slice(folder.length)).toSorted()).toEqual([
      '/val/a/001.png',
      '/val/b/000.png',
    ]);
  });

  test('a consumer may leave at any time, while images are being decoded', async () => {
    const split = fileSplit(files, pipeline());
    for (let time = 0; time < 6; time++) {
      for await (const { step } of split.trainBatches({ ...order, toStep: 1_000_000 })) if (step === time) break;
    }
  });

  test('a batch size that cannot be', async () => {
    await expect(collect({ batchSize: 23 })).rejects.toThrow(
      new ConfigError('batchSize', 'batchSize is 23, expected an integer from 1 to 22, the training examples.'),
    );
  });

  test('files that vanished: the error of the worker, with the file', async () => {
    const gone = { ...val, folder: join(folder, 'gone') };
    const error: unknown = await collect({ toStep: 3 }, { files: gone }).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(DataError);
    expect((error as DataError).message).toContain('6 were tried.');
  });
});

describe('evaluation batches', () => {
  async function evaluated(split: ReturnType<typeof fileSplit>, batchSize: number): Promise<EvalBatch[]> {
    const batches = [];
    for await (const batch of split.evalBatches({ batchSize })) batches.push(batch);
    return batches;
  }

  test.each([{ batchSize: 1 }, { batchSize: 4 }, { batchSize: 100 }])(
    'in batches of $batchSize: what can be read, once and in order',
    async ({ batchSize }) => {
      const split = fileSplit(val, pipeline());
      const batches = await evaluated(split, batchSize);
      expect(batches.flatMap(({ examples }) => [...examples])).toEqual([0, 2, 4, 5]);
      expect(batches.flatMap(({ labels }) => [...labels])).toEqual([0, 0, 1, 1]);
      expect(leftOut.list).toHaveLength(2);
      const { mean, std } = imagenetNormalization;
      for (const { examples, images, numExamples } of batches) {
        expect(examples).toHaveLength(numExamples);
        for (const [i, example] of examples.entries()) {
          const bytes = await split.imageAt(example);
          const green = (bytes[1]! / 255 - mean[1]) / std[1];
          expect(Math.abs(images[i * 108 + 1]! - green)).toBeLessThan(0.01); // bytes are rounded
        }
      }
    },
  );

  test('a selection, and an empty one', async () => {
    const split = fileSplit(val, pipeline());
    const some = split.select([5, 0]);
    expect([some.numExamples, ...some.labels]).toEqual([2, 1, 0]);
    expect(await some.imageAt(1)).toEqual(await split.imageAt(0));
    expect(await evaluated(split.select([]), 4)).toEqual([]);
  });

  test('nothing that can be read', async () => {
    await expect(evaluated(fileSplit(val, pipeline()).select([1, 3]), 4)).rejects.toThrow(
      new DataError(val.folder, `Cannot read any of the 2 images in ${val.folder}.\nIs it complete and still there?`),
    );
  });

  test('a batch size of 0', async () => {
    await expect(evaluated(fileSplit(val, pipeline()), 0)).rejects.toThrow(RangeError);
  });
});

test('an image that is sound when it is looked at again', async () => {
  expect(await reasonLeftOut(join(folder, 'train/a/000.png'))).toContain('it can be read now.');
});
