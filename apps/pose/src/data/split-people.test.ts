// Nobody is on both sides, whatever the files are.
import { copyFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import sharp from 'sharp';
import { ConfigError } from 'training-kit/errors';
import { beforeAll, describe, expect, test } from 'vitest';
import { hrnetRecord, places, pytorchPoseRecord, temporaryFolder } from '../../test/annotation-fixtures.js';
import { cell, num, struct, text, writeMatlab5 } from '../../test/matlab5-writer.js';
import { writeAnnotH5 } from '../../test/princeton-h5-writer.js';
import { type DataConfig, openDataset } from './dataset.js';
import { describeSplits } from './describe-splits.js';

const folder = temporaryFolder();
const at = (name: string) => join(folder, name);
/** One letter in two ways: a character, and a letter with an accent after it. */
const [composed, decomposed] = ['\u00e9.jpg', 'e\u0301.jpg'] as const;

beforeAll(async () => {
  for (const name of ['a.jpg', 'b.jpg', 'c.jpg', 'd.jpg', decomposed]) {
    await sharp({ create: { width: 60, height: 70, channels: 3, background: 'teal' } }).toFile(at(name));
  }
});

function write(name: string, content: unknown): string {
  writeFileSync(at(name), Buffer.isBuffer(content) ? content : JSON.stringify(content));
  return at(name);
}

async function open(annotations: string, valAnnotations: string | null) {
  const config: DataConfig = {
    ...{ dataset: 'mpii', images: folder, annotations, valAnnotations, firstPixel: 1, onBadImage: 'stop' },
    ...{ valExamples: 0, renderedTrain: 1, renderedTest: 1, renderedSizePx: 64, seed: 1 },
  };
  const dataset = await openDataset(config);
  const namesOf = (split: 'train' | 'val') => dataset[split].people.map(({ image }) => image);
  const lines = describeSplits(dataset).map((line) => line.replaceAll(folder, 'DIR'));
  return { train: namesOf('train'), val: namesOf('val'), lines };
}

const valid = () => write('val.json', [hrnetRecord({ image: 'c.jpg', headsize: 9 })]);

describe('train and val from two files', () => {
  test('pytorch-pose’s file of both: neither its people of val nor others in images of val are trained on', async () => {
    const train = write('mpii_annotations.json', [
      pytorchPoseRecord({ img_paths: 'a.jpg' }),
      pytorchPoseRecord({ img_paths: 'c.jpg' }),
      pytorchPoseRecord({ img_paths: 'c.jpg', isValidation: 1 }),
      pytorchPoseRecord({ img_paths: 'd.jpg', isValidation: 1 }), // of val, though the other file lacks it
      pytorchPoseRecord({ img_paths: 'd.jpg' }),
    ]);
    const { train: trained, val, lines } = await open(train, valid());
    expect(trained).toEqual(['a.jpg']);
    expect(val).toEqual(['c.jpg']);
    expect(lines).toEqual([
      'train: 1 person in 1 image; 4 records left out (person of val: 2, image of val: 2).',
      '  DIR/mpii_annotations.json, record 2 (c.jpg): the file calls it a person of val. The record is skipped.',
      '  DIR/mpii_annotations.json, record 3 (d.jpg): the file calls it a person of val. The record is skipped.',
      '  DIR/mpii_annotations.json, record 1 (c.jpg): its image has people of val. The record is skipped.',
      '  DIR/mpii_annotations.json, record 4 (d.jpg): its image has people of val. The record is skipped.',
      'val: 1 person in 1 image.',
    ]);
  });

  test('MPII’s .mat, which holds all', async () => {
    const points = struct(...places.map(([x, y], id) => ({ id: num(id), x: num(x), y: num(y) })));
    const person = {
      ...{ x1: num(11), y1: num(21), x2: num(14), y2: num(25), scale: num(0.5) },
      ...{ objpos: struct({ x: num(31), y: num(41) }), annopoints: struct({ point: points }) },
    };
    const image = (name: string) => ({ image: struct({ name: text(name) }), annorect: struct(person) });
    const annolist = struct(image('a.jpg'), image('c.jpg'), image('d.jpg'));
    const release = struct({ annolist, img_train: num(1, 1, 1), dummy: cell(text('x')) });
    const { train, lines } = await open(write('mpii.mat', writeMatlab5({ RELEASE: release })), valid());
    expect(train).toEqual(['a.jpg', 'd.jpg']);
    expect(lines[0]).toBe('train: 2 people in 2 images; 1 record left out (image of val: 1).');
  });

  test('annot.h5, which holds all and people of test', async () => {
    const train = await writeAnnotH5(at('annot.h5'), [
      { image: 'a.jpg', istrain: 1, isMarked: true },
      { image: 'b.jpg', istrain: 1, isMarked: true },
      { image: 'b.jpg', istrain: 0, isMarked: false },
      { image: 'c.jpg', istrain: 1, isMarked: true },
    ]);
    const { train: trained, lines } = await open(train, valid());
    expect(trained).toEqual(['a.jpg']);
    expect(lines[0]).toBe(
      'train: 1 person in 1 image; 3 records left out (person of test: 1, image of test: 1, image of val: 1).',
    );
  });

  test('images of val that are not evaluated are of val all the same', async () => {
    const val = write('val.json', [
      hrnetRecord({ image: 'c.jpg', headsize: 9 }),
      hrnetRecord({ image: 'b.jpg' }), // no head box
      hrnetRecord({ image: 'd.jpg', center: [-1, -1], scale: -1, headsize: 9 }),
    ]);
    const train = write(
      'trainval.json',
      ['a.jpg', 'b.jpg', 'c.jpg', 'd.jpg'].map((image) => hrnetRecord({ image })),
    );
    expect(await open(train, val)).toMatchObject({ train: ['a.jpg'], val: ['c.jpg'] });
  });

  test('people whom the file of val calls train are not tested', async () => {
    const val = await writeAnnotH5(at('annot-val.h5'), [
      { image: 'a.jpg', istrain: 1, isMarked: true },
      { image: 'c.jpg', istrain: 2, isMarked: true },
    ]);
    const { train, val: tested, lines } = await open(write('train.json', [hrnetRecord()]), val);
    expect([train, tested]).toEqual([['a.jpg'], ['c.jpg']]);
    expect(lines.at(-2)).toBe('val: 1 person in 1 image; 1 record left out (person of train: 1).');
  });

  test('names that compose a letter in two ways, or lead around, are one image', async () => {
    const train = write('train.json', [
      hrnetRecord(),
      hrnetRecord({ image: composed }),
      hrnetRecord({ image: './c.jpg' }),
    ]);
    const val = write('val.json', [
      hrnetRecord({ image: decomposed, headsize: 9 }),
      hrnetRecord({ image: 'c.jpg', headsize: 9 }),
    ]);
    expect(await open(train, val)).toMatchObject({ train: ['a.jpg'], val: [decomposed, 'c.jpg'] });
    // The disk has the one, the annotations the other.
    const other = write('other.json', [hrnetRecord({ image: composed, headsize: 9 })]);
    expect(await open(write('train.json', [hrnetRecord()]), other)).toMatchObject({ val: [decomposed] });
  });

  test.each([
    { how: 'by name', give: (file: string) => file, told: () => 'DIR/trainval.json' },
    {
      how: 'by a link',
      give: (file: string) => {
        symlinkSync(file, at('link.json'));
        return at('link.json');
      },
      told: () => 'DIR/trainval.json and DIR/link.json, which have the same content',
    },
    {
      how: 'by a copy',
      give: (file: string) => {
        copyFileSync(file, at('copy.json'));
        return at('copy.json');
      },
      told: () => 'DIR/trainval.json and DIR/copy.json, which have the same content',
    },
  ])('one file as both is refused: $how', async ({ give, told }) => {
    const file = write('trainval.json', [hrnetRecord({ headsize: 9 })]);
    const error: unknown = await open(file, give(file)).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(ConfigError);
    expect((error as ConfigError).message.replaceAll(folder, 'DIR')).toBe(
      `annotations and valAnnotations are one file, ${told()}: the people tested would be those trained on. Leave out ` +
        '--val-annotations, so that val is whom the file calls so, or is held out of its people; or pass val’s own file.',
    );
  });

  test('one file as both, without head boxes: val needs a file that has them', async () => {
    const file = write('train.json', [pytorchPoseRecord(), pytorchPoseRecord({ isValidation: 1, img_paths: 'c.jpg' })]);
    await expect(open(file, file)).rejects.toThrow(
      'those trained on. Pass val’s own file, HRNet’s valid.json with gt_valid.mat beside it, the h5 or MPII’s .mat.',
    );
  });

  test('nobody is left of train', async () => {
    const train = write('train.json', [hrnetRecord({ image: 'c.jpg' })]);
    await expect(open(train, valid())).rejects.toThrow(
      /train\.json: no one is left to train on; records skipped: image of val: 1\. The first: .*its image has people of val/,
    );
  });
});

test('one file that says who is of val: its images are val’s alone', async () => {
  const file = await writeAnnotH5(at('all.h5'), [
    { image: 'a.jpg', istrain: 1, isMarked: true },
    { image: 'c.jpg', istrain: 1, isMarked: true },
    { image: 'c.jpg', istrain: 2, isMarked: true },
  ]);
  const { train, val, lines } = await open(file, null);
  expect([train, val]).toEqual([['a.jpg'], ['c.jpg']]);
  expect(lines[0]).toBe('train: 1 person in 1 image; 1 record left out (image of val: 1).');
});
