// Training and evaluation batches through real workers.
import { rmSync, writeFileSync } from 'node:fs';
import { createRng } from 'rpg-core/rng';
import { createLeftOutImages } from 'training-kit/data';
import { describe, expect, test } from 'vitest';
import { folderConfig, renderedConfig } from '../../../test/data-config.js';
import { frameName, messageOf, plainPixels, temporaryFolder, writeFrameFiles } from '../../../test/frame-fixtures.js';
import { framePack, noData } from '../../../test/real-data.js';
import { openDataset } from '../dataset.js';
import { filesEncoding } from '../frames/encoding.js';
import { framePath } from '../frames/frame-files.js';
import { castRoom, renderedNormalization, renderSplit } from '../rendered.js';
import type { Split } from '../split.js';
import { augmentations } from '../views/augment.js';
import { toRgbBytes } from '../views/normalization.js';
import { type EvalBatch, evalBatches, type TrainBatch, trainBatches, type TrainOrder } from './batches.js';

const input = { inputSize: 16, normalization: renderedNormalization };
const split = renderSplit(11, 16, 10, createRng('rooms'));
const order: TrainOrder = {
  batchSize: 4,
  lastBatch: 'keep',
  input,
  augmentation: augmentations.sharpnet,
  rng: createRng(1).fork('batches'),
  fromStep: 0,
  toStep: 6,
};

type Settled<Batch> = Omit<Batch, 'waitMs'>;

async function train(change: Partial<TrainOrder> = {}, from = split): Promise<Settled<TrainBatch>[]> {
  const batches = [];
  for await (const { waitMs, ...batch } of trainBatches(from, { ...order, ...change })) {
    expect(waitMs).toBeGreaterThanOrEqual(0);
    batches.push(batch);
  }
  return batches;
}

async function evaluate(from: Split, batchSize = 4, inputSize = 16): Promise<Settled<EvalBatch>[]> {
  const batches = [];
  for await (const { waitMs, ...batch } of evalBatches(from, { batchSize, input: { ...input, inputSize } })) {
    expect(waitMs).toBeGreaterThanOrEqual(0);
    batches.push(batch);
  }
  return batches;
}

describe('training', () => {
  test('every frame once in each epoch, in shapes that fit', async () => {
    const batches = await train();
    expect(batches.map(({ numExamples }) => numExamples)).toEqual([4, 4, 3, 4, 4, 3]);
    for (const { numExamples, inputSize, images, depths, depthMask, normals, normalsMask, examples } of batches) {
      const numPixels = numExamples * inputSize * inputSize;
      expect([images, normals].map(({ length }) => length)).toEqual([3 * numPixels, 3 * numPixels]);
      expect([depths, depthMask, normalsMask].map(({ length }) => length)).toEqual([numPixels, numPixels, numPixels]);
      expect(examples).toHaveLength(numExamples);
      expect(depths.every((depth, at) => (depth > 0 ? 1 : 0) === depthMask[at])).toBe(true);
      const lengthAt = (at: number) => Math.hypot(...normals.subarray(3 * at, 3 * at + 3));
      expect(normalsMask.every((known, at) => Math.abs(lengthAt(at) - known) < 1e-5)).toBe(true);
    }
    const epoch = batches.slice(0, 3).flatMap(({ examples }) => [...examples]);
    expect(epoch.toSorted((a, b) => a - b)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
  });

  test('the same for one worker and two, with and without cache, and from any step on', async () => {
    const whole = await train();
    expect(await train({ numWorkers: 2, cacheBytes: 0 })).toEqual(whole);
    expect(await train({ fromStep: 4 })).toEqual(whole.slice(4));
    expect(await train({ rng: createRng(2).fork('batches') })).not.toEqual(whole);
  });

  test.each([
    { change: { batchSize: 12 }, said: 'batchSize is 12, expected an integer from 1 to 11, the training examples.' },
    {
      change: { input: { ...input, inputSize: 0 } },
      said: 'inputSize is 0, expected an integer from 1 to 1024.',
    },
    {
      change: { augmentation: { ...augmentations.none, rotation: 181 } },
      said: 'augmentation.rotation is 181, expected degrees from 0 to 180.',
    },
  ])('$said', async ({ change, said }) => {
    await expect(train(change)).rejects.toThrow(expect.objectContaining({ message: said }));
  });
});

describe('evaluation', () => {
  test('every frame once, in order, as it is', async () => {
    const batches = await evaluate(split);
    expect(batches.map(({ examples: [first] }) => first)).toEqual([0, 4, 8]);
    expect(batches.flatMap(({ examples }) => [...examples])).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
    const { pixels, depths, normals } = castRoom(5, 16, 'rooms');
    const { images, depths: seen, normals: turned } = batches[1]!; // frame 5 is the second of this batch
    expect(toRgbBytes(images, renderedNormalization).subarray(3 * 256, 6 * 256)).toEqual(pixels);
    expect(seen.subarray(256, 512)).toEqual(depths);
    expect(turned.subarray(3 * 256, 6 * 256).every((value, at) => Math.abs(value - normals[at]!) < 1e-6)).toBe(true);
    expect(await evaluate({ ...split, numExamples: 0 })).toEqual([]);
  });

  test('a batch size that cannot be', async () => {
    await expect(evaluate(split, 0)).rejects.toThrow(new RangeError('batchSize is 0, expected an integer from 1.'));
  });
});

describe('files', () => {
  const folder = temporaryFolder();
  const names = [0, 1].map((index) => frameName('area_1', 'hall_1', index));
  const files: Split = {
    numExamples: 2,
    frames: { kind: 'files', folder, encoding: filesEncoding, names, onBadImage: 'stop' },
    maxDepth: 10,
  };

  test('a file that goes bad or away ends the run by its name', async () => {
    for (const name of names) await writeFrameFiles(folder, name);
    const [batch] = await evaluate(files, 2, 8);
    expect(new Set(batch!.depths)).toEqual(new Set([2]));
    writeFileSync(framePath(folder, names[1]!, 'normal'), 'no image');
    expect(await messageOf(evaluate(files, 1, 8), folder)).toBe(
      `Cannot read ${framePath('DIR', names[1]!, 'normal')}: it is no PNG image.`,
    );
    rmSync(framePath(folder, names[1]!, 'normal'));
    expect(await messageOf(train({ batchSize: 2 }, files), folder)).toBe(
      `Cannot read ${framePath('DIR', names[1]!, 'normal')}: there is no such file.`,
    );
  });

  test('where bad frames are skipped another stands in, and an evaluation goes without; each is told once', async () => {
    const many = Array.from({ length: 6 }, (_, i) => frameName('area_2', 'hall_1', i));
    for (const [i, name] of many.entries()) {
      await writeFrameFiles(folder, name, { ...plainPixels(8, 8), depth: new Uint16Array(64).fill(512 * (i + 1)) });
    }
    const split: Split = {
      ...{ numExamples: 6, maxDepth: 10 },
      frames: { kind: 'files', folder, encoding: filesEncoding, names: many, onBadImage: 'skip' },
    };
    const metresOf = ({ depths, numExamples }: { depths: Float32Array; numExamples: number }) =>
      Array.from({ length: numExamples }, (_, i) => depths[64 * i]!);
    const plain = { augmentation: augmentations.none, batchSize: 3, input: { ...input, inputSize: 8 }, toStep: 4 };
    const whole = (await train(plain, split)).map(metresOf);
    writeFileSync(framePath(folder, many[1]!, 'depth'), 'no image');
    rmSync(framePath(folder, many[4]!, 'rgb'));
    const notes: string[] = [];
    const leftOut = createLeftOutImages((line) => notes.push(line.replaceAll(folder, 'DIR')));
    const batches = await train({ ...plain, leftOut }, split);
    // Of an epoch's order, as it was without the bad ones: 2 and 5 metres give way to the next that can be read.
    for (const epoch of [0, 1]) {
      const order = [...whole[2 * epoch]!, ...whole[2 * epoch + 1]!];
      const next = (i: number): number => (/^[25]$/.test(String(order[i % 6])) ? next(i + 1) : order[i % 6]!);
      expect(batches.slice(2 * epoch, 2 * epoch + 2).flatMap(metresOf)).toEqual(order.map((_, i) => next(i)));
    }
    const told = [
      `Left out an image. Cannot read ${framePath('DIR', many[1]!, 'depth')}: it is no PNG image.`,
      `Left out an image. Cannot read ${framePath('DIR', many[4]!, 'rgb')}: there is no such file.`,
    ];
    expect(notes.toSorted()).toEqual(told);

    const seen = [];
    for await (const batch of evalBatches(split, { batchSize: 2, input: plain.input, leftOut })) seen.push(batch);
    expect(seen.map(metresOf)).toEqual([[1], [3, 4], [6]]);
    expect(seen.map(({ examples }) => [...examples])).toEqual([[0], [2, 3], [5]]);
    expect(notes).toHaveLength(2);
    rmSync(framePath(folder, many[1]!, 'rgb')); // found first if the frame were read once more
    for await (const batch of evalBatches(split, { batchSize: 2, input: plain.input, leftOut })) seen.push(batch);
    expect(seen).toHaveLength(6);
    expect(notes).toHaveLength(2);

    for (const name of many) rmSync(framePath(folder, name, 'rgb'), { force: true });
    expect(await messageOf(evaluate(split, 2, 8), folder)).toBe(
      'Cannot read any of the 6 frames in DIR.\nIs it complete and still there?',
    );
    expect(await messageOf(train(plain, split), folder)).toMatch(
      /^Cannot read the frame of DIR.*, nor any of those that came next; 6 were tried.\nIs DIR complete and still there\?$/,
    );
  });

  test.skipIf(noData !== '')(`real frames${noData}`, async () => {
    const { train: ofTrain, test: ofTest } = await openDataset({
      ...renderedConfig,
      ...folderConfig(framePack),
      trainAreas: ['7scenes_a'],
      valAreas: ['7scenes_b'],
      testAreas: ['3', 'omnidata'],
    });
    const [batch] = await evaluate(ofTest, 3, 64);
    const known = (mask: Float32Array) => mask.reduce((sum, value) => sum + value) / mask.length;
    expect(known(batch!.depthMask)).toBeGreaterThan(0.9);
    expect(known(batch!.normalsMask)).toBeGreaterThan(0.8);
    const [first] = await train({ batchSize: 19, toStep: 1 }, ofTrain);
    expect(known(first!.depthMask)).toBeGreaterThan(0.2); // views half and twice the size
    const depths = first!.depths.filter((depth) => depth > 0);
    expect(Math.max(...depths)).toBeLessThan(20);
  });
});
