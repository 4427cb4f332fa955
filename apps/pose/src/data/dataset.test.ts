import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import sharp from 'sharp';
import { ConfigError } from 'training-kit/errors';
import { beforeAll, describe, expect, test } from 'vitest';
import { hrnetRecord, messageOf, places, pytorchPoseRecord, temporaryFolder } from '../../test/annotation-fixtures.js';
import { noData, posePack } from '../../test/real-data.js';
import { type DataConfig, openDataset } from './dataset.js';

const folder = temporaryFolder();
const files: DataConfig = {
  dataset: 'mpii',
  images: folder,
  annotations: join(folder, 'train.json'),
  valAnnotations: null,
  firstPixel: 1,
  onBadImage: 'stop',
  valExamples: 0,
  renderedTrain: 6,
  renderedTest: 3,
  renderedSizePx: 64,
  seed: 1,
};
const rendered: DataConfig = { ...files, dataset: 'rendered', images: null, annotations: null, valExamples: 2 };

beforeAll(async () => {
  for (const name of ['a.jpg', 'b.jpg', 'c.jpg', 'd.jpg']) {
    await sharp({ create: { width: 60, height: 70, channels: 3, background: 'teal' } }).toFile(join(folder, name));
  }
  writeFileSync(join(folder, 'broken.jpg'), 'no image');
});

function write(records: unknown[], name = 'train.json'): void {
  writeFileSync(join(folder, name), JSON.stringify(records));
}

const withHead = { headsize: 9 };
const reasons = (split: { skipped: readonly { reason: string; message: string }[] }) =>
  split.skipped.map(({ message }) => message.replaceAll(folder, 'DIR'));

describe('files', () => {
  test('train and val from two files', async () => {
    write([hrnetRecord(), hrnetRecord({ image: 'b.jpg' })]);
    write([hrnetRecord({ image: 'c.jpg', ...withHead })], 'val.json');
    const { train, val, test, boxRule } = await openDataset({ ...files, valAnnotations: join(folder, 'val.json') });
    expect(train.people.map(({ image }) => image)).toEqual(['a.jpg', 'b.jpg']);
    expect(val.people.map(({ image, split }) => [image, split])).toEqual([['c.jpg', 'val']]);
    expect([train.numExamples, val.numExamples, test.numExamples]).toEqual([2, 1, 0]);
    expect(boxRule).toBe('mpii');
  });

  test('held out by image: nobody’s image is on both sides, and the same seed holds out the same', async () => {
    const names = ['a.jpg', 'a.jpg', 'b.jpg', 'c.jpg', 'c.jpg', 'd.jpg'];
    write(names.map((image) => hrnetRecord({ image, ...withHead })));
    const { train, val } = await openDataset({ ...files, valExamples: 2 });
    expect(val.numExamples).toBeGreaterThanOrEqual(2);
    expect(train.numExamples + val.numExamples).toBe(6);
    expect(train.people.filter(({ image }) => val.people.some((other) => other.image === image))).toEqual([]);
    expect((await openDataset({ ...files, valExamples: 2 })).val).toEqual(val);
  });

  test('a person whose joint lies outside, or without joints, is skipped and counted; a little outside is fine', async () => {
    write([
      hrnetRecord({ joints: places.with(4, [80, 30]) }),
      hrnetRecord({ image: 'b.jpg', joints: places.with(4, [62, 30]) }),
      hrnetRecord({ image: 'c.jpg', joints_vis: places.map(() => 0) }),
    ]);
    const { train } = await openDataset(files);
    expect(train.people.map(({ image }) => image)).toEqual(['b.jpg']);
    expect(reasons(train)).toEqual([
      'DIR/train.json, record 0 (a.jpg): joint 4 (left knee) at (79.0, 29.0) lies outside the image of 60 × 70 pixels. ' +
        'The record is skipped.',
      'DIR/train.json, record 2 (c.jpg): none of its joints is annotated. The record is skipped.',
    ]);
  });

  test('a missing image, a broken one and one elsewhere: the run stops, or skips and counts', async () => {
    const mend =
      'The run stops.\nAdd or replace the image, or pass --on-bad-image skip to go on without such records and have ' +
      'them counted.';
    write([hrnetRecord(), hrnetRecord({ image: 'none.jpg' })]);
    expect(await messageOf(openDataset(files), folder)).toBe(
      `DIR/train.json, record 1 (none.jpg): DIR/none.jpg cannot be used: there is no such file. ${mend}`,
    );
    write([hrnetRecord({ image: 'broken.jpg' })]);
    expect(await messageOf(openDataset(files), folder)).toBe(
      'DIR/train.json, record 0 (broken.jpg): DIR/broken.jpg cannot be used: it is no JPEG, PNG or WebP ' +
        `image; it starts with 6e6f2069. ${mend}`,
    );
    write([hrnetRecord(), ...['none.jpg', 'broken.jpg', '../x.jpg'].map((image) => hrnetRecord({ image }))]);
    const { train } = await openDataset({ ...files, onBadImage: 'skip' });
    expect(train.people).toHaveLength(1);
    expect(train.skipped.map(({ reason }) => reason)).toEqual(['missing image', 'broken image', 'missing image']);
    expect(reasons(train)[0]).toBe(
      'DIR/train.json, record 1 (none.jpg): DIR/none.jpg cannot be used: there is no such file. The record is skipped.',
    );
  });

  test('val needs head boxes', async () => {
    write([pytorchPoseRecord(), pytorchPoseRecord({ isValidation: 1, img_paths: 'c.jpg' })]);
    expect(await messageOf(openDataset(files), folder)).toBe(
      'DIR/train.json: none of the 1 people of val has a head box, which PCKh needs.\n' +
        'Take annotations that have them: HRNet’s valid.json with gt_valid.mat beside it, the h5 or MPII’s .mat.',
    );
    write([hrnetRecord()]);
    write([hrnetRecord({ image: 'c.jpg', ...withHead }), hrnetRecord({ image: 'd.jpg' })], 'val.json');
    const { val } = await openDataset({ ...files, valAnnotations: join(folder, 'val.json') });
    expect(val.numExamples).toBe(1);
    expect(reasons(val)).toEqual([
      'DIR/val.json, record 1 (d.jpg): it has no head box, which PCKh needs. The record is skipped.',
    ]);
  });

  test('nobody left', async () => {
    write([hrnetRecord({ joints_vis: places.map(() => 0) })]);
    expect(await messageOf(openDataset(files), folder)).toBe(
      'DIR/train.json: no one is left to train on; records skipped: no joint: 1. The first: DIR/train.json, record 0 (a.jpg): ' +
        'none of its joints is annotated. The record is skipped.',
    );
    const images = join(folder, 'nowhere');
    expect(await messageOf(openDataset({ ...files, images }), folder)).toBe(
      'Cannot read DIR/nowhere: there is no such folder. Pass the folder of the images.',
    );
  });
});

test('rendered: three splits that share no figure', async () => {
  const { train, val, test, boxRule } = await openDataset(rendered);
  expect([train.numExamples, val.numExamples, test.numExamples]).toEqual([6, 2, 3]);
  expect(boxRule).toBe('enlarged');
  const heads = [train, val, test].flatMap(({ people }) => people.map(({ headSize }) => headSize));
  expect(new Set(heads).size).toBe(11);
});

test.each([
  {
    config: { ...files, images: null },
    said: 'images is not set: MPII is read from files. Pass --images PATH, the folder of the image files.',
  },
  {
    config: { ...rendered, annotations: 'x.json' },
    said: 'annotations is "x.json", but the rendered set reads no files. Leave it out, or pass --dataset mpii.',
  },
  { config: { ...rendered, renderedTrain: 0 }, said: 'renderedTrain is 0, expected an integer from 1 to 1000000.' },
])('$said', async ({ config, said }) => {
  await expect(openDataset(config)).rejects.toThrow(new ConfigError(said.split(' ')[0]!, said));
});

test('holding out more than there are', async () => {
  write([hrnetRecord({ ...withHead })]);
  await expect(openDataset({ ...files, valExamples: 1 })).rejects.toThrow(
    new ConfigError(
      'valExamples',
      'valExamples is 1, expected an integer from 0 to 0: they are held out of the 1 people of the file.',
    ),
  );
});

test.skipIf(noData !== '')(`the real pack${noData}`, async () => {
  const at = (name: string) => join(posePack, 'annot', name);
  const config: DataConfig = {
    ...files,
    images: join(posePack, 'images'),
    annotations: at('lspet_train.json'),
    valAnnotations: at('lspet_valid.json'),
    firstPixel: 0,
  };
  const { train, val } = await openDataset(config);
  expect([train.numExamples, val.numExamples, train.skipped.length, val.skipped.length]).toEqual([360, 100, 0, 0]);
  const mpii = await openDataset({ ...config, annotations: at('mpii_5.json'), valAnnotations: null, firstPixel: 1 });
  expect(mpii.train.numExamples).toBe(5);
});
