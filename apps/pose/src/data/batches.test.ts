// Training and evaluation batches through real workers.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createRng } from 'rpg-core';
import sharp from 'sharp';
import { describe, expect, test } from 'vitest';
import { expectedJoints, messageOf, temporaryFolder } from '../../test/annotation-fixtures.js';
import { noData, posePack } from '../../test/real-data.js';
import { augmentations } from './augment.js';
import type { CropSettings } from './batch-maker.js';
import { evalBatches, trainBatches, type EvalBatch, type TrainBatch, type TrainOrder } from './batches.js';
import { openDataset } from './dataset.js';
import { unitRange } from './normalization.js';
import type { PersonRecord } from './person-record.js';
import { renderSplit } from './rendered.js';
import type { OnBadImage, Split } from './split.js';

const crop: CropSettings = {
  boxRule: 'enlarged',
  inputSize: 32,
  mapSize: 8,
  sigmaPx: 1,
  peak: 'pixel',
  normalization: unitRange,
};
const split = renderSplit(11, 64, 'train', createRng('figures'));
const order: TrainOrder = {
  batchSize: 4,
  lastBatch: 'keep',
  crop,
  augmentation: augmentations['pytorch-pose'],
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

async function evaluate(from: Split, batchSize = 4, settings = crop): Promise<Settled<EvalBatch>[]> {
  const batches = [];
  for await (const { waitMs, ...batch } of evalBatches(from, { batchSize, crop: settings })) {
    expect(waitMs).toBeGreaterThanOrEqual(0);
    batches.push(batch);
  }
  return batches;
}

describe('training', () => {
  test('everyone once in each epoch, in shapes that fit', async () => {
    const batches = await train();
    expect(batches.map(({ numExamples }) => numExamples)).toEqual([4, 4, 3, 4, 4, 3]);
    for (const { images, targets, weights, examples, numExamples, broken } of batches) {
      expect(images).toHaveLength(numExamples * 32 * 32 * 3);
      expect(targets).toHaveLength(numExamples * 8 * 8 * 16);
      expect(weights).toHaveLength(numExamples * 16);
      expect(examples).toHaveLength(numExamples);
      expect(broken).toEqual([]);
      expect(Math.max(...targets)).toBe(1);
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
    { change: { crop: { ...crop, inputSize: 0 } }, said: 'inputSize is 0, expected an integer from 1 to 1024.' },
    { change: { crop: { ...crop, sigmaPx: 0 } }, said: 'sigmaPx is 0, expected a number above 0.' },
    {
      change: { augmentation: { ...augmentations.none, colorJitter: -1 } },
      said: 'augmentation.colorJitter is -1, expected a number from 0 to 1.',
    },
  ])('$said', async ({ change, said }) => {
    await expect(train(change)).rejects.toThrow(new RangeError(said));
  });
});

describe('evaluation', () => {
  test('everyone once, in order, as they are', async () => {
    const batches = await evaluate(split);
    expect(batches.map(({ firstExample }) => firstExample)).toEqual([0, 4, 8]);
    expect(batches.flatMap(({ examples }) => [...examples])).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
    const whole = await evaluate(split, 11);
    expect(batches.flatMap(({ images }) => [...images])).toEqual([...whole[0]!.images]);
    expect(await evaluate({ ...split, people: [], numExamples: 0 })).toEqual([]);
  });

  test('a batch size that cannot be', async () => {
    await expect(evaluate(split, 0)).rejects.toThrow(new RangeError('batchSize is 0, expected an integer from 1.'));
  });
});

describe('image files', () => {
  const folder = temporaryFolder();
  const person = (image: string, record: number): PersonRecord => ({
    image,
    center: { x: 30, y: 30 },
    scale: 0.25,
    joints: Float64Array.from(expectedJoints(1)),
    states: new Uint8Array(16).fill(2),
    headSize: 5,
    headBox: null,
    declaredSize: null,
    split: 'train',
    origin: { file: join(folder, 'train.json'), record: `record ${record}` },
  });
  const filesOf = (images: string[], onBadImage: OnBadImage): Split => ({
    people: images.map(person),
    numExamples: images.length,
    images: { kind: 'files', folder, onBadImage },
    skipped: [],
  });

  test('a JPEG cut short stops the run, or stays black and is told', async () => {
    const file = join(folder, 'good.jpg');
    await sharp({ create: { width: 64, height: 64, channels: 3, background: '#804020' } }).toFile(file);
    const bytes = readFileSync(file);
    writeFileSync(join(folder, 'cut.jpg'), bytes.subarray(0, bytes.length - 40));
    const message = await messageOf(evaluate(filesOf(['good.jpg', 'cut.jpg'], 'stop')), folder);
    expect(message).toMatch(
      /^DIR\/train.json, record 1 \(cut.jpg\): it cannot be decoded \(.+\)\. The run stops\.\nAdd or replace the image, or/,
    );
    const [batch] = await evaluate(filesOf(['good.jpg', 'cut.jpg'], 'skip'));
    expect(batch!.broken).toEqual([1]);
    expect([...batch!.examples]).toEqual([0, 1]);
    const size = 32 * 32 * 3;
    expect(batch!.images.subarray(size).every((value) => value === 0)).toBe(true);
    expect(batch!.weights.subarray(16).every((weight) => weight === 0)).toBe(true);
    const middle = 3 * (16 * 32 + 16);
    expect(batch!.images[middle]).toBeCloseTo(0x80 / 255, 1);
  });

  test.skipIf(noData !== '')(`real images${noData}`, async () => {
    const { train } = await openDataset({
      dataset: 'mpii',
      images: join(posePack, 'images'),
      annotations: join(posePack, 'annot', 'mpii_5.json'),
      valAnnotations: null,
      firstPixel: 1,
      onBadImage: 'stop',
      valExamples: 0,
      renderedTrain: 1,
      renderedTest: 1,
      renderedSizePx: 64,
      seed: 1,
    });
    const [batch] = await evaluate(train, 5, { ...crop, boxRule: 'mpii', inputSize: 256, mapSize: 64 });
    expect(batch!.images).toHaveLength(5 * 256 * 256 * 3);
    // Every annotated joint of these five lies in its crop.
    const annotated = train.people.flatMap(({ states }) => [...states]).map((state) => Math.min(state, 1));
    expect([...batch!.weights]).toEqual(annotated);
  });
});
