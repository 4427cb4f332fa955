import { mkdtemp, rm, truncate } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createRng } from 'rpg-core';
import type { Stretch } from 'rpg-core/prepare-image';
import { createExampleBatches, createExampleOrder, type ExampleWork } from 'training-kit/data';
import { DataError } from 'training-kit/errors';
import { imagenetNormalization } from 'training-kit/labelled-images';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  checkerboard,
  paint,
  picture,
  shaded,
  writeFiles,
  writeImageFolder,
} from '../../../test/image-folder-fixture.js';
import { evalBytes, fileExamples, fileShapes } from './file-example.js';
import { fileAt, type FileList, packFiles } from './file-list.js';
import { readImageFolder } from './image-folder.js';
import { drawView } from './views.js';

let folder: string;
let files: FileList; // 9 images: image i is shaded(i)
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'maker-'));
  await writeImageFolder(folder, { train: [4, 5], val: [1, 1] });
  files = (await readImageFolder(folder)).train;
});
afterAll(async () => {
  await rm(folder, { recursive: true });
});

const IMAGE_SIZE = 8;
const imageLength = 3 * IMAGE_SIZE * IMAGE_SIZE;

interface Change {
  readonly files?: FileList;
  readonly imageSize?: number;
  readonly batchSize?: number;
  readonly rngPath?: string;
}

function makerOf(order: ExampleWork<'images'>['order'], change: Change = {}) {
  const { files: list, imageSize, batchSize } = { files, imageSize: IMAGE_SIZE, batchSize: 4, ...change };
  const examples = fileExamples({ files: list, imageSize, normalization: imagenetNormalization, flip: true });
  const shapes = fileShapes(imageSize);
  return createExampleBatches({ numExamples: list.numFiles, batchSize, shapes, cacheBytes: 0, order }, examples);
}

const trainMaker = (change: Change = {}) =>
  makerOf({ kind: 'train', lastBatch: 'keep', rngPath: change.rngPath ?? 'train' }, change);
const evalMaker = (change: Change = {}) => makerOf({ kind: 'evaluation' }, change);

interface Batch {
  images: Float32Array;
  examples: number[];
  broken: number[];
}

async function make({ layout, make }: ReturnType<typeof makerOf>, step: number): Promise<Batch> {
  const [batchSize, ...shape] = layout.images!.shape as [number, ...number[]];
  const out = {
    images: new Float32Array(shape.reduce((product, size) => product * size, batchSize)),
    examples: new Int32Array(batchSize),
    broken: new Int32Array(batchSize),
  };
  await make(step, out);
  return { images: out.images, examples: [...out.examples], broken: [...out.broken] };
}

const imageOf = ({ images }: Batch, i: number) => images.subarray(i * imageLength, (i + 1) * imageLength);

/** Makes some of `files` unreadable: a copy of the list in which they lead nowhere. */
function withBroken(broken: readonly number[]): FileList {
  const names = Array.from({ length: files.numFiles }, (_, i) => fileAt(files, i).slice(files.folder.length + 3));
  const paths = names.map((name, i) => (broken.includes(i) ? `none-${name}` : name));
  const ofLabel = (label: number) => paths.filter((_, i) => files.labels[i] === label);
  return packFiles(files.folder, files.classFolders, [ofLabel(0), ofLabel(1)]);
}

/** Triangle-filter resizing by its definition: for each pixel a weighted mean over all pixels of the crop. */
function naive(id: number, columns: Stretch, rows: Stretch, isFlipped: boolean): number[] {
  const weightsOf = ({ start, length, resized }: Stretch, place: number) => {
    const reach = Math.max(1, length / resized);
    const centre = ((place + 0.5) * length) / resized;
    const all = Array.from({ length }, (_, k) => Math.max(0, 1 - Math.abs(k + 0.5 - centre) / reach));
    const sum = all.reduce((total, weight) => total + weight, 0);
    return all.map((weight, k) => ({ at: start + k, weight: weight / sum }));
  };
  const result: number[] = [];
  for (let row = 0; row < rows.count; row++) {
    for (let column = 0; column < columns.count; column++) {
      for (const channel of [0, 1, 2] as const) {
        let sum = 0;
        for (const x of weightsOf(columns, isFlipped ? columns.count - 1 - column : column)) {
          for (const y of weightsOf(rows, row)) sum += x.weight * y.weight * shaded(id)(x.at, y.at)[channel];
        }
        const { mean, std } = imagenetNormalization;
        result.push((sum / 255 - mean[channel]) / std[channel]);
      }
    }
  }
  return result;
}

describe('training batches', () => {
  test('every example once per epoch, in the order of the epoch', async () => {
    const maker = trainMaker();
    const order = createExampleOrder('train', { numExamples: 9, batchSize: 4, lastBatch: 'keep' });
    for (const step of [0, 1, 2, 5]) {
      const { examples, broken } = await make(maker, step);
      const wanted = [...order.examplesOf(step)];
      expect(examples).toEqual([...wanted, ...new Array<number>(4 - wanted.length).fill(-1)]);
      expect(broken).toEqual([-1, -1, -1, -1]);
    }
  });

  test('each image is the drawn crop, resized, mirrored and normalised: worked out by definition', async () => {
    const seen = new Set<boolean>();
    for (const step of [3, 4]) {
      const batch = await make(trainMaker(), step);
      for (const [i, example] of batch.examples.entries()) {
        const rng = createRng('train').fork('views').fork(step).fork(i);
        const view = drawView({ width: 12, height: 10 }, { imageSize: IMAGE_SIZE, flip: true }, rng);
        seen.add(view.isFlipped);
        const expected = naive(example, view.columns, view.rows, view.isFlipped);
        const worst = Math.max(...expected.map((value, k) => Math.abs(value - imageOf(batch, i)[k]!)));
        expect(worst).toBeLessThan(1e-4);
      }
    }
    expect(seen.size).toBe(2); // both ways round
  });

  test('a batch is a function of the step alone; other steps and other streams differ', async () => {
    const maker = trainMaker();
    const inOrder = [await make(maker, 0), await make(maker, 1), await make(maker, 2), await make(maker, 3)];
    expect(await make(trainMaker(), 3)).toEqual(inOrder[3]);
    expect(await make(maker, 1)).toEqual(inOrder[1]);
    expect(inOrder[0]).not.toEqual(inOrder[3]);
    expect(await make(trainMaker({ rngPath: 'other' }), 0)).not.toEqual(inOrder[0]);
  });

  test('a broken image: the next of the order stands in, seen by the same draws; the others stay', async () => {
    const order = createExampleOrder('train', { numExamples: 9, batchSize: 4, lastBatch: 'drop' });
    const { shuffled } = order.epochOf(0);
    const [first, second, third] = [...shuffled] as [number, number, number];
    const sound = await make(trainMaker(), 0);
    const batch = await make(trainMaker({ files: withBroken([first, second]) }), 0);
    expect(batch.broken).toEqual([first, second, -1, -1]);
    expect(batch.examples).toEqual([third, third, third, shuffled[3]]);
    for (const i of [2, 3]) expect(imageOf(batch, i)).toEqual(imageOf(sound, i));
    const view = drawView(
      { width: 12, height: 10 },
      { imageSize: IMAGE_SIZE, flip: true },
      createRng('train/views/0/0'),
    );
    const expected = naive(third, view.columns, view.rows, view.isFlipped);
    expect(imageOf(batch, 0)[0]).toBeCloseTo(expected[0]!, 4);
  });

  test('the last of the epoch is broken: its first stands in', async () => {
    const { shuffled } = createExampleOrder('train', { numExamples: 9, batchSize: 3, lastBatch: 'drop' }).epochOf(2);
    const last = shuffled[8]!;
    const batch = await make(trainMaker({ files: withBroken([last]), batchSize: 3 }), 2);
    expect(batch.broken).toEqual([-1, -1, last]);
    expect(batch.examples[2]).toBe(shuffled[0]);
  });

  test('nothing but broken images ends the run, and says so', async () => {
    const none = withBroken([0, 1, 2, 3, 4, 5, 6, 7, 8]);
    const error: unknown = await make(trainMaker({ files: none }), 0).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(DataError);
    expect((error as DataError).message).toContain('nor any of the images that came next; 9 were tried.');
    expect((error as DataError).message).toContain(`Is ${files.folder} complete and still there?`);
  });
});

describe('evaluation', () => {
  test('all files in order; the last batch is smaller', async () => {
    const maker = evalMaker();
    expect((await make(maker, 0)).examples).toEqual([0, 1, 2, 3]);
    expect((await make(maker, 1)).examples).toEqual([4, 5, 6, 7]);
    expect((await make(maker, 2)).examples).toEqual([8, -1, -1, -1]);
  });

  test('broken images are left out, the others move up', async () => {
    const sound = await make(evalMaker(), 1);
    const batch = await make(evalMaker({ files: withBroken([4, 6]) }), 1);
    expect(batch.examples).toEqual([5, 7, -1, -1]);
    expect(batch.broken).toEqual([4, 6, -1, -1]);
    expect(imageOf(batch, 0)).toEqual(imageOf(sound, 1));
    expect(imageOf(batch, 1)).toEqual(imageOf(sound, 3));
  });

  test('a checkerboard through it all: resized to 8, the 7 × 7 in its middle, byte for byte', async () => {
    const png = await picture(8, 8, checkerboard).png().toBuffer();
    await writeFiles(folder, { 'board/a/1.png': png });
    const board = packFiles(join(folder, 'board'), ['a'], [['1.png']]);
    const inner = paint(7, 7, (column, row) => checkerboard(column + 1, row + 1));
    expect([...(await evalBytes(board, 0, { imageSize: 7 }))]).toEqual([...inner]);
    const batch = await make(evalMaker({ files: board, batchSize: 1, imageSize: 7 }), 0);
    const white = imagenetNormalization.mean.map((mean, c) => (1 - mean) / imagenetNormalization.std[c]!);
    const black = imagenetNormalization.mean.map((mean, c) => (0 - mean) / imagenetNormalization.std[c]!);
    for (let pixel = 0; pixel < 49; pixel++) {
      const expected = inner[3 * pixel] === 255 ? white : black;
      expected.forEach((value, channel) => {
        expect(batch.images[3 * pixel + channel]).toBeCloseTo(value, 5);
      });
    }
  });

  test('one image on its own: broken is an error here', async () => {
    await writeFiles(folder, { 'cut/a/1.png': await picture(40, 40, shaded(1)).png().toBuffer() });
    await truncate(join(folder, 'cut/a/1.png'), 60);
    await expect(evalBytes(packFiles(join(folder, 'cut'), ['a'], [['1.png']]), 0, { imageSize: 8 })).rejects.toThrow(
      DataError,
    );
  });
});
