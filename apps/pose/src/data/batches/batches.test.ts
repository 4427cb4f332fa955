// Training and evaluation batches through real workers.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createRng } from 'rpg-core';
import sharp from 'sharp';
import { createExampleOrder, createLeftOutImages } from 'training-kit/data';
import { beforeAll, describe, expect, test } from 'vitest';
import { expectedJoints, hrnetRecord, messageOf, temporaryFolder } from '../../../test/annotation-fixtures.js';
import { noData, posePack } from '../../../test/real-data.js';
import type { PersonRecord } from '../annotations/person-record.js';
import { openDataset } from '../dataset.js';
import { renderSplit } from '../rendered.js';
import type { OnBadImage, Split } from '../split.js';
import { augmentations } from '../views/augment.js';
import type { CropSettings } from '../views/crop-settings.js';
import { unitRange } from '../views/normalization.js';
import { type EvalBatch, evalBatches, type TrainBatch, trainBatches, type TrainOrder } from './batches.js';

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
    await expect(train(change)).rejects.toThrow(expect.objectContaining({ message: said }));
  });
});

describe('evaluation', () => {
  test('everyone once, in order, as they are', async () => {
    const batches = await evaluate(split);
    expect(batches.map(({ numExamples }) => numExamples)).toEqual([4, 4, 3]);
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

  /** Sound files of one colour each, and `cut.jpg`, whose head is sound and whose end is missing. */
  const colors = { 'red.png': '#ff0000', 'green.png': '#00ff00', 'blue.png': '#0000ff' };
  beforeAll(async () => {
    for (const [name, background] of Object.entries(colors)) {
      await sharp({ create: { width: 64, height: 64, channels: 3, background } }).toFile(join(folder, name));
    }
    const pixels = Buffer.from(Array.from({ length: 3 * 64 * 64 }, (_, i) => (37 * i + (i >> 4) * 11) % 256));
    const whole = await sharp(pixels, { raw: { width: 64, height: 64, channels: 3 } })
      .jpeg()
      .toBuffer();
    writeFileSync(join(folder, 'cut.jpg'), whole.subarray(0, whole.length / 2));
  });
  /** Colour in the middle of each crop. */
  const colorsOf = ({ images, numExamples }: { images: Float32Array; numExamples: number }) =>
    Array.from({ length: numExamples }, (_, i) => {
      const middle = 3 * (i * 32 * 32 + 16 * 32 + 16);
      return [...images.subarray(middle, middle + 3)].map(Math.round);
    });
  const names = ['red.png', 'cut.jpg', 'green.png', 'cut.jpg', 'blue.png'];
  const colorAt = (example: number) => [[1, 0, 0], [], [0, 1, 0], [], [0, 0, 1]][example];
  const withNotes = () => {
    const lines: string[] = [];
    const leftOut = createLeftOutImages((line) => lines.push(line.replaceAll(folder, 'DIR')));
    return { lines, leftOut };
  };

  test('a JPEG cut short stops the run', async () => {
    const files = filesOf(['red.png', 'cut.jpg'], 'stop');
    for (const work of [() => evaluate(files), () => train({ batchSize: 2, toStep: 1 }, files)]) {
      expect(await messageOf(work(), folder)).toMatch(
        /^DIR\/train.json, record 1 \(cut.jpg\): it cannot be decoded( \(.+\))?\. The run stops\.\nAdd or replace the image, or/,
      );
    }
  });

  test('or, in training, the next one of the epoch stands in for it; each is told once', async () => {
    const { lines, leftOut } = withNotes();
    const few: Partial<TrainOrder> = { batchSize: 3, augmentation: augmentations.none, toStep: 4, leftOut };
    const batches = await train(few, filesOf(names, 'skip'));
    const drawn = createExampleOrder(order.rng.path, { numExamples: 5, batchSize: 3, lastBatch: 'keep' });
    for (const [step, { numExamples, examples, broken, weights, ...batch }] of batches.entries()) {
      const wanted = [...drawn.examplesOf(step)];
      const { shuffled } = drawn.epochOf(step);
      const nextSound = (example: number) => {
        const from = shuffled.indexOf(example);
        return [...shuffled.subarray(from), ...shuffled.subarray(0, from)].find((each) => names[each] !== 'cut.jpg')!;
      };
      expect(numExamples).toBe(wanted.length);
      expect([...examples]).toEqual(wanted.map(nextSound));
      expect(broken).toEqual(wanted.filter((example) => names[example] === 'cut.jpg'));
      expect(colorsOf({ ...batch, numExamples })).toEqual([...examples].map(colorAt));
      expect(weights.filter((weight) => weight === 1).length).toBeGreaterThan(0);
    }
    expect(lines).toHaveLength(1);
    expect(lines[0]).toMatch(
      /^Left out an image\. DIR\/train\.json, record [13] \(cut\.jpg\): it cannot be decoded( \(.+\))?\.$/,
    );
    expect(leftOut.list.map(({ file }) => file)).toEqual([join(folder, 'cut.jpg')]);
  });

  test('and in an evaluation it is left out', async () => {
    const { lines, leftOut } = withNotes();
    const batches: EvalBatch[] = [];
    for await (const batch of evalBatches(filesOf(names, 'skip'), { batchSize: 2, crop, leftOut })) batches.push(batch);
    expect(batches.map(({ examples }) => [...examples])).toEqual([[0], [2], [4]]);
    expect(batches.map(({ broken }) => broken)).toEqual([[1], [3], []]);
    expect(batches.map(colorsOf)).toEqual([[[1, 0, 0]], [[0, 1, 0]], [[0, 0, 1]]]);
    expect(lines).toHaveLength(1);
  });

  test('where no image can be read, training and evaluation stop', async () => {
    const none = filesOf(['cut.jpg', 'cut.jpg'], 'skip');
    expect(await messageOf(train({ batchSize: 1, toStep: 1 }, none), folder)).toBe(
      'Cannot read DIR/cut.jpg, nor any of the images that came next; 2 were tried.\n' +
        'Is DIR complete and still there?',
    );
    expect(await messageOf(evaluate(none, 1), folder)).toBe(
      'Cannot read any of the images of 2 people in DIR.\nIs it complete and still there?',
    );
  });

  test('data whose images are all broken is found before training', async () => {
    for (const [name, images] of Object.entries({ 'all-cut': ['cut.jpg', 'cut.jpg'], some: ['cut.jpg', 'red.png'] })) {
      writeFileSync(join(folder, `${name}.json`), JSON.stringify(images.map((image) => hrnetRecord({ image }))));
    }
    const config = { dataset: 'mpii', images: folder, valAnnotations: null, firstPixel: 1, valExamples: 0 } as const;
    const open = (name: string, onBadImage: OnBadImage) =>
      openDataset({
        ...{ ...config, annotations: join(folder, `${name}.json`), onBadImage },
        ...{ renderedTrain: 1, renderedTest: 1, renderedSizePx: 64, seed: 1 },
      });
    expect(await messageOf(open('all-cut', 'skip'), folder)).toMatch(
      /^None of the first 1 images of DIR\/all-cut\.json can be read; cut\.jpg, for one: it cannot be decoded( \(.+\))?\.\nIs DIR complete\?$/,
    );
    expect(await messageOf(open('some', 'stop'), folder)).toMatch(/record 0 \(cut\.jpg\): it cannot be decoded/);
    expect((await open('some', 'skip')).train.numExamples).toBe(2);
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
